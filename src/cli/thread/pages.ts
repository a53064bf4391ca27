import type { Page } from '../../store/page.ts';

/** Every item of a list, page by page. */
export async function* allOf<Item>(
  ask: (more: { readonly after?: string; readonly limit: number }) => Promise<Page<Item>>,
): AsyncGenerator<Item> {
  let after: string | undefined;
  do {
    const page = await ask({ limit: 200, ...(after !== undefined && { after }) });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}
