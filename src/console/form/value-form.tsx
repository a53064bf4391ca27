import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { FieldOf } from './field.tsx';
import { FormContext } from './form-state.ts';
import type { FormState } from './form-state.ts';
import { JsonControl } from './json-control.tsx';

/** A value as a form, or as JSON. What is wrong is said at its place, and above what has no field. */
export function ValueForm({ form, label }: { readonly form: FormState; readonly label: string }): JSX.Element {
  const [isJson, setIsJson] = useState(false);
  const whole = { path: [], name: label, schema: form.root, value: form.value };
  return (
    <FormContext.Provider value={form}>
      <div class="value-form">
        <label class="switch">
          <input type="checkbox" checked={isJson} onChange={({ currentTarget }) => setIsJson(currentTarget.checked)} />
          As JSON
        </label>
        {isJson ? <JsonControl {...whole} rows={12} /> : <FieldOf {...whole} isRequired isRoot />}
      </div>
    </FormContext.Provider>
  );
}
