/**
 * What in a call is shown only to those who may decide: members of its input, its output and whatever else it tells, by
 * their names and at any depth; or with `true` all of it. Large and small letters are the same, and so are `apiKey` and
 * `api_key`.
 */
export type Sensitive = true | readonly string[];
