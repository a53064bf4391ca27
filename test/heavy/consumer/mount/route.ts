import { handler } from './handler.ts';

const { fetch } = handler;
export { fetch as DELETE, fetch as GET, fetch as OPTIONS, fetch as PATCH, fetch as POST };
