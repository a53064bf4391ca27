/** The `auditSecret` of the stores of this program, as the environment says it. */
export function auditSecret(): string | undefined {
  return process.env['YOURCALL_AUDIT_SECRET'] || undefined;
}
