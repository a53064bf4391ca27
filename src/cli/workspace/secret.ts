/** Why a file is not shown without a person's word. */
export interface Concern {
  /** `key`: it likely holds a secret, so not even a person's preview repeats it. */
  readonly kind: 'key' | 'hidden' | 'ignored';
  readonly reason: string;
}

/** A name that causes concern. */
export interface NamedConcern {
  readonly kind: 'key' | 'hidden';
  readonly name: string;
}

/** What the names of a path (relative, with `/`) say about it; undefined when they say nothing. */
export function concernOfNames(path: string): NamedConcern | undefined {
  const names = path.split('/').filter((name) => name !== '');
  const key = names.find((name) => keyLike.test(name));
  if (key !== undefined) return { kind: 'key', name: key };
  const hidden = names.find((name) => name.startsWith('.'));
  return hidden === undefined ? undefined : { kind: 'hidden', name: hidden };
}

const dotNames =
  'env.*|npmrc|netrc|pypirc|pgpass|htpasswd|git-credentials|dockercfg|ssh|aws|gnupg|kube|docker|azure|boto|s3cfg|vault-token';
const endings = 'env|pem|key|p12|pfx|p8|jks|keystore|kdbx|ppk|gpg|tfstate|tfvars|ovpn|mobileprovision';
const words = String.raw`(?:secrets?|passwords?|tokens?)(?:\.(?:json|ya?ml|txt|csv|toml|ini|enc))?`;
const backups = String.raw`(?:\.(?:bak|old|orig|save|copy|swp|tmp|\d+)|~)*`;

/** Names under which keys and passwords usually lie, and their backups. */
const keyLike = new RegExp(
  `^(?:\\.(?:${dotNames})|_?netrc|.*\\.(?:${endings})|id_(?:rsa|dsa|ecdsa|ed25519).*|.*_rsa|credentials?.*|${words}` +
    `|service[-_]?account.*\\.json|kubeconfig.*|auth\\.json)${backups}$`,
  'i',
);

/** The variables of an environment that do not look like secrets, by name or by value. */
export function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name, value]) => !secretName.test(name) && !secretValue.test(value ?? ''),
  );
  return Object.fromEntries(kept);
}

const secretName =
  /key|token|secret|pass|pwd.+|^(?!OLDPWD$|PWD$).*pwd$|credential|private|cookie|jwt|bearer|connection_?string|(?:^|_)(?:auth|dsn|pat|pin|sas|cert)(?:_|$)/i;

/** An address with a password in it, a private key, or the way well-known keys begin. */
const secretValue =
  /:\/\/[^/\s:@]*:[^/\s@]+@|-----BEGIN|^(?:sk-|sk_live|rk_live|gh[oprsu]_|github_pat_|glpat-|xox[abprs]-|AKIA|AIza|eyJ[\w-]+\.)/;
