import { expectTypeOf, test } from 'vitest';
import type { DescribedTool as DescribedByRuntime } from '../runtime/described-tool.ts';
import type { Sent as SentByRuntime } from '../runtime/send.ts';
import type { ChoiceAnswer } from '../server/deciding.ts';
import type { CheckedAudit as CheckedByServer } from '../server/native/audit.ts';
import type * as server from '../server/view.ts';
import type { Who } from '../server/who.ts';
import type { AuditEntry as StoredEntry, AuditQuery, Trail as StoredTrail } from '../store/audit/trail.ts';
import type {
  Answer,
  AuditEntry,
  AuditPageQuery,
  CheckedAudit,
  DescribedTool,
  InboxItem,
  Me,
  ReadView,
  Sent,
  ThreadView,
  Trail,
  WaitingView,
} from './views.ts';

test('what the client says that the server answers is what the server answers', () => {
  expectTypeOf<Same<CheckedAudit, CheckedByServer>>().toEqualTypeOf<true>();
  expectTypeOf<Same<DescribedTool, DescribedByRuntime>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Me, Who>>().toEqualTypeOf<true>();
  expectTypeOf<Same<ThreadView, server.ThreadView>>().toEqualTypeOf<true>();
  expectTypeOf<Same<WaitingView, server.WaitingView>>().toEqualTypeOf<true>();
  expectTypeOf<Same<ReadView, server.ReadView>>().toEqualTypeOf<true>();
  expectTypeOf<Same<InboxItem, server.InboxView>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Sent, SentByRuntime>>().toEqualTypeOf<true>();
  expectTypeOf<Same<AuditEntry, StoredEntry>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Trail, StoredTrail>>().toEqualTypeOf<true>();
  expectTypeOf<Same<AuditPageQuery, Omit<AuditQuery, 'tenant'>>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Omit<ThreadView, 'title'>, server.ThreadView>>().toEqualTypeOf<false>();
});

test('who may not decide is not told who did', () => {
  expectTypeOf<ChoiceAnswer>().toExtend<Answer>();
  expectTypeOf<Extract<Answer, { type: 'already' }>['earlier']['by']>().toEqualTypeOf<string | undefined>();
});

/** Each fits where the other is wanted, and neither has a member that the other lacks. */
type Same<A, B> = [A, B, keyof A, keyof B] extends [B, A, keyof B, keyof A] ? true : false;
