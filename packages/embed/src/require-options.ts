import type { InletOptions } from './options.js';

const SOURCES = {
  publishableKey: 'the key that begins with inlet_pk_',
  templateId: 'the id or code of a template',
  baseUrl: 'the address of your Inlet server',
} as const;

export type RequiredOptions = InletOptions & { readonly [Name in keyof typeof SOURCES]: string };

/** Throws an Error that names the first required option that is missing. */
export function requireOptions(options: InletOptions): RequiredOptions {
  for (const [name, value] of Object.entries(SOURCES))
    if (!options[name as keyof typeof SOURCES])
      throw new Error(
        `Inlet: the option ${name} is missing (${value}). If it comes from the environment, is it set there?`,
      );
  return options as RequiredOptions;
}
