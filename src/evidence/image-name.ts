/** An image's name and its tag: `registry:5000/coredns/coredns:1.8.0@sha256:…`. A digest alone tells no version. */
export function imageParts(image: string): { readonly name: string; readonly tag: string | undefined } {
  const [named = ""] = image.split("@");
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  return colon === -1
    ? { name: named, tag: undefined }
    : { name: named.slice(0, colon), tag: named.slice(colon + 1) };
}
