import type { Document } from 'mongodb';

const SERVER_VERSION = [8, 0, 0];

/** Returns the reason why a case does not apply to this server, or undefined. */
export function unmetRequirement(requirements: Document[] | undefined): string | undefined {
  if (requirements === undefined || requirements.length === 0) return undefined;
  const reasons = requirements.map(reasonAgainst);
  return reasons.includes(undefined) ? undefined : reasons[0];
}

function reasonAgainst(requirement: Document): string | undefined {
  const { minServerVersion, maxServerVersion, topologies } = requirement;
  if (minServerVersion !== undefined && compareVersions(minServerVersion) > 0) return 'for a newer server';
  if (maxServerVersion !== undefined && compareVersions(maxServerVersion) < 0) return 'for an older server';
  if (topologies !== undefined && !topologies.includes('single'))
    return 'for a replica set or a sharded cluster';
  for (const needed of ['auth', 'authMechanism', 'csfle', 'serverParameters']) {
    if (requirement[needed] !== undefined && requirement[needed] !== false) return `needs ${needed}`;
  }
  return requirement.serverless === 'require' ? 'for a serverless instance' : undefined;
}

function compareVersions(version: string): number {
  const parts = version.split('.').map(Number);
  for (const [i, own] of SERVER_VERSION.entries()) if ((parts[i] ?? 0) !== own) return (parts[i] ?? 0) - own;
  return 0;
}
