import { exportEnd } from '../../conversation/export-end.ts';
import type { ExportedTrail } from '../../conversation/export-end.ts';
import { trailsIn, verifyAudit } from '../../runtime/audit.ts';
import { hashUnder } from '../../store/audit/hash.ts';
import { verifyTrail } from '../../store/audit/verify.ts';
import type { BrokenLink } from '../../store/audit/verify.ts';
import type { Store } from '../../store/store.ts';
import { count, visible } from '../../wire/plain-text.ts';
import { runCommand } from '../thread/command.ts';
import { openDatabase } from '../thread/database.ts';
import { exported } from './exported.ts';
import type { Exported } from './exported.ts';
import { auditOptions, auditUsage } from './options.ts';
import type { Chosen, FileOptions, StoreOptions } from './options.ts';

/** `yourcall audit`: gives its exit code, 1 when a link is broken. */
export function audit(argv: readonly string[]): Promise<number> {
  return runCommand({ name: 'yourcall audit', usage: auditUsage, run }, argv);
}

async function run(argv: readonly string[]): Promise<number> {
  const options = auditOptions(argv);
  if ('file' in options) return verifyFile(options);
  const { store } = await openDatabase(options.place, { mustExist: true });
  const work = options.action === 'verify' ? verify(store, options) : exportAll(store, options);
  return work.finally(() => store.close());
}

async function verify(store: Store, options: StoreOptions): Promise<number> {
  const { secret } = options;
  let trails = 0;
  let decisions = 0;
  for (const tenant of await tenantsOf(store, options)) {
    const checked = await verifyAudit(store, { ...whereIn(tenant, options), ...(secret !== undefined && { secret }) });
    if (checked.broken) return brokenAt(checked.broken);
    trails += checked.trails;
    decisions += checked.entries;
  }
  return walked({ trails, decisions, secret });
}

/** What was exported says itself how long each trail is, and which there are: a file of which any is gone does not pass. */
async function verifyFile({ file, tenant, thread, secret }: FileOptions): Promise<number> {
  const all = await exported(file);
  const trails = all.trails.filter(
    (one) => one.tenant === (tenant ?? one.tenant) && one.thread === (thread ?? one.thread),
  );
  for (const trail of trails) {
    const broken = verifyTrail(trail, secret);
    if (broken) return brokenAt(broken);
  }
  const wrong = wrongExport(all, secret);
  if (wrong !== undefined) {
    console.error(`yourcall audit: broken at the end of the export: ${wrong}.`);
    return 1;
  }
  const decisions = trails.reduce((sum, { entries }) => sum + entries.length, 0);
  const code = walked({ trails: trails.length, decisions, secret });
  if (code === 0 && secret !== undefined && all.end?.seal === undefined) console.log(unsealed);
  return code;
}

const unsealed =
  'It was exported without YOURCALL_AUDIT_SECRET: whoever wrote its last line anew may have taken out whole trails.';

/** What is wrong with the last line, which says which trails there are; nothing when they all are there. */
function wrongExport({ trails, end }: Exported, secret: string | undefined): string | undefined {
  if (!end) return 'the line that says which trails there are is gone';
  const found = exportEnd(trails, secret === undefined ? undefined : hashUnder(secret));
  if (found.trails !== end.trails)
    return `it was made of ${count(end.trails, 'trail')}, and ${count(found.trails, 'trail')} ${found.trails === 1 ? 'is' : 'are'} there`;
  if (found.digest !== end.digest || found.entries !== end.entries) return 'it was made of other trails';
  const isSealed = end.seal !== undefined && found.seal !== undefined;
  return isSealed && end.seal !== found.seal ? 'the line that says which trails there are was changed' : undefined;
}

interface Walked {
  readonly trails: number;
  readonly decisions: number;
  readonly secret: string | undefined;
}

function walked({ trails, decisions, secret }: Walked): number {
  // A check that has looked at nothing is not passed.
  if (trails === 0) return nothing();
  const how = secret === undefined ? 'in order; without YOURCALL_AUDIT_SECRET that is all that can be said' : 'whole';
  console.log(`${count(trails, 'trail')} with ${count(decisions, 'decision')}: ${how}.`);
  return 0;
}

/** Each entry is a line, behind the last of a thread stands the end of its trail, and behind all of them which trails there are. */
async function exportAll(store: Store, options: StoreOptions): Promise<number> {
  const { secret } = options;
  const all: ExportedTrail[] = [];
  for (const tenant of await tenantsOf(store, options)) {
    for await (const { entries, thread, end } of trailsIn(store, whereIn(tenant, options))) {
      for (const line of [...entries, { tenant, thread, end }]) console.log(JSON.stringify(line));
      all.push({ tenant, thread, ...(end && { end: { count: end.count, seal: end.seal } }) });
    }
  }
  if (all.length === 0) return nothing();
  console.log(JSON.stringify({ export: exportEnd(all, secret === undefined ? undefined : hashUnder(secret)) }));
  return 0;
}

async function tenantsOf(store: Store, { tenant }: Chosen): Promise<readonly string[]> {
  return tenant === undefined ? store.auditedTenants() : [tenant];
}

function whereIn(tenant: string, { thread }: Chosen): { readonly tenant: string; readonly thread?: string } {
  return { tenant, ...(thread !== undefined && { thread }) };
}

function brokenAt(broken: BrokenLink): number {
  console.error(`yourcall audit: ${sentenceOf(broken)}`);
  return 1;
}

function nothing(): number {
  console.error('yourcall audit: no decision is on record there.');
  return 1;
}

function sentenceOf({ tenant, thread, place, type, reason }: BrokenLink): string {
  const where = `thread ${visible(thread)} of tenant ${visible(tenant)}`;
  return `broken at decision ${place} of ${where} (${type}): ${reason}.`;
}
