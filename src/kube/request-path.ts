/** What a request to the API server asks for. */
export interface RequestTarget {
  /** With its subresource, as in `pods/status`. */
  readonly resource: string;
  /** Empty where no single object is asked for. */
  readonly name: string;
  readonly namespace: string;
  readonly isWatch: boolean;
}

/** What a request's path asks for; `undefined` for `/healthz` and the like. */
export function requestTarget(uri: string): RequestTarget | undefined {
  const query = uri.indexOf("?");
  const path = query === -1 ? uri : uri.slice(0, query);
  const parts = path.split("/", 12);
  // `/api/v1/…` and `/apis/GROUP/VERSION/…`.
  const at = parts[1] === "api" ? 3 : parts[1] === "apis" ? 4 : -1;
  if (at === -1 || (parts[at] ?? "") === "") return undefined;
  const isNamespaced = parts[at] === "namespaces" && parts.length > at + 2;
  const from = isNamespaced ? at + 2 : at;
  const [resource = "", name = "", sub = ""] = parts.slice(from);
  return {
    resource: sub === "" ? resource : `${resource}/${sub}`,
    name,
    namespace: isNamespaced ? (parts[at + 1] ?? "") : "",
    isWatch: query !== -1 && /[?&]watch=(?:true|1)\b/.test(uri.slice(query)),
  };
}

/** The API's word for an HTTP method. */
export function verbOf(method: string, { name, isWatch }: RequestTarget): string {
  switch (method.toUpperCase()) {
    case "GET":
      return isWatch ? "watch" : name === "" ? "list" : "get";
    case "PUT":
      return "update";
    case "POST":
      return "create";
    case "DELETE":
      return name === "" ? "deletecollection" : "delete";
    default:
      return method.toLowerCase();
  }
}
