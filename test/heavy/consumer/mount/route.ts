// app/api/chat/[...path]/route.ts
import { handler } from './handler.ts';

export const GET = handler.fetch;
export const POST = handler.fetch;
export const PATCH = handler.fetch;
export const DELETE = handler.fetch;
export const OPTIONS = handler.fetch;
