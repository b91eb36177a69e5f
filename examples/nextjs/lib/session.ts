/** Stands in for your own sign-in: returns the id of the user of this request. */
export async function currentUserId(): Promise<string> {
  return 'user-42';
}
