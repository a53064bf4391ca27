import type { JSX } from 'preact';

interface AuditEmptyProps {
  readonly why: 'reading' | 'none' | 'filtered' | 'forbidden';
}

/** Says why no decision is shown, and what to do about it. */
export function AuditEmpty({ why }: AuditEmptyProps): JSX.Element {
  if (why === 'reading') return <div class="audit-reading" />;
  const { title, what } = words[why];
  return (
    <div class="empty">
      <span class="icon icon-audit" aria-hidden="true" />
      {why === 'forbidden' ? <h1>{title}</h1> : <h2>{title}</h2>}
      <p>{what}</p>
    </div>
  );
}

const words = {
  none: {
    title: 'Nothing was decided yet',
    what: 'What people decide about calls is kept here: who, what, when, and what they saw.',
  },
  filtered: { title: 'No decision fits', what: 'Take words out of the filter, or choose every decision.' },
  forbidden: {
    title: 'This is for those who manage',
    what: 'Who decided what is shown to people with the right to manage. Ask whoever gives rights here.',
  },
} as const;
