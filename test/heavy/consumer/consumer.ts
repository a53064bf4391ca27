// A stranger's project with the strictest settings: it compiles against the packed package, its declarations included.
import { Conversation, createChat, tool } from 'yourcall';

export const exported: readonly unknown[] = [Conversation, createChat, tool];
