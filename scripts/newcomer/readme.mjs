import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../pnpm.mjs';
import { nextFreePort } from '../ports.mjs';
import { environment, run, start, waitFor } from './shell.mjs';

const SECTION = 'Five minutes to an import';
/** What git does not keep. */
const MADE = /[/\\](node_modules|dist|\.git|\.inlet|\.env|packages[/\\][^/\\]+[/\\]package|bench[/\\]data)$/;
const DEFAULT_ADDRESS = 'http://127.0.0.1:4000';

/** Copies the repository as a clone has it, and starts `npm start` on a free port. Sets `clone`, `address` and `env`. */
export async function startFromCopy(context) {
  const { home, cleanUp } = context;
  const clone = join(home, 'inlet');
  const port = await nextFreePort(20_000 + (process.pid % 20_000));
  const address = `http://127.0.0.1:${port}`;
  const env = environment(home);
  const settings = { ...env, PORT: String(port), INLET_ALLOWED_PRIVATE_NETWORKS: '127.0.0.1' };
  cpSync(ROOT, clone, { recursive: true, filter: (path) => !MADE.test(path.slice(ROOT.length)) });
  const startedAt = Date.now();
  const server = start('npm', ['start'], { cwd: clone, env: settings });
  cleanUp.push(() => server.end());
  const running = `Inlet is running at ${address}`;
  let hasEnded = false;
  void server.ended.then(() => {
    hasEnded = true;
  });
  await waitFor(
    'npm start',
    () => {
      if (hasEnded) throw new Error(`npm start ended:\n${server.output()}`);
      return server.output().includes(running) || null;
    },
    { seconds: 600, output: server.output },
  );
  console.log(`  the first start took ${Math.round((Date.now() - startedAt) / 1000)} s`);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answers ${response.status}`);
  Object.assign(context, { clone, env, address });
}

/** Pastes the shell steps of the README one after another, then waits for the rows at the receiver. Sets `keys`. */
export async function tryReadme(context) {
  const { home, clone, env, address, cleanUp } = context;
  const log = join(home, 'readme.log');
  const script = shellSteps(readFileSync(join(clone, 'README.md'), 'utf8'))
    .join('\n')
    .replaceAll(DEFAULT_ADDRESS, address);
  writeFileSync(log, '');
  const localPackages = rewritePackages(join(clone, 'examples/webhook-receiver-node'), address);
  const shell = start('bash', ['-e', '-c', `exec > ${log} 2>&1\n${localPackages}\n${script}\nwait`], {
    cwd: clone,
    env,
  });
  cleanUp.push(() => shell.end());
  const output = () => readFileSync(log, 'utf8');
  await waitFor('the delivery of the rows', () => output().match(/\d+ rows in all/), {
    seconds: 180,
    output,
  });
  context.keys = JSON.parse(readFileSync(join(clone, '.inlet/my-app.json'), 'utf8'));
}

/** The shell blocks of the section, in their order. */
function shellSteps(readme) {
  const section = readme.split(/^## /m).find((each) => each.startsWith(SECTION));
  if (!section) throw new Error(`the README has no section "${SECTION}"`);
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block.replace(/^ {3}/gm, ''));
}

/** A shell command that lets an example take the packages from this server. */
const rewritePackages = (folder, address) =>
  `sed -i 's#${DEFAULT_ADDRESS}#${address}#' ${folder}/package.json`;

/** Copies an example out of the repository, with the address of this server in its package.json. */
export async function copyExample({ home, clone, env, address }, name) {
  const target = join(home, 'examples', name);
  mkdirSync(join(home, 'examples'), { recursive: true });
  await run('cp', ['-R', join(clone, 'examples', name), target], { cwd: home, env });
  await run('rm', ['-rf', join(target, 'node_modules'), join(target, 'package-lock.json')], {
    cwd: home,
    env,
  });
  await run('bash', ['-c', rewritePackages(target, address)], { cwd: target, env });
  return target;
}
