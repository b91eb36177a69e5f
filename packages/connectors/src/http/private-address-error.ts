/** The guard's refusal. Adapters translate it to `source_address_private` or `delivery_address_private`. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
  /** The address that is refused; not for the eyes of users, who might map a network by it. */
  readonly address: string;

  constructor(address: string) {
    super('The address belongs to a private network');
    this.address = address;
  }
}
