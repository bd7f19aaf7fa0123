/** First elements of the import paths of Go's standard library. Nobody else's path begins with one of them alone. */
const STANDARD = new Set(
  (
    "archive arena bufio builtin bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt " +
    "go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime slices sort " +
    "strconv strings structs sync syscall testing text time unicode unique unsafe weak"
  ).split(" "),
);

/** Import paths, or beginnings of them, of what programs are built with: codecs, RPC, compression, logs. */
const GENERIC = [
  "github.com/BurntSushi/toml",
  "github.com/bytedance/sonic",
  "github.com/fxamacker/cbor",
  "github.com/goccy/go-json",
  "github.com/goccy/go-yaml",
  "github.com/gogo/protobuf/",
  "github.com/golang/protobuf/",
  "github.com/golang/snappy",
  "github.com/json-iterator/go",
  "github.com/klauspost/compress/",
  "github.com/mailru/easyjson",
  "github.com/modern-go/",
  "github.com/pelletier/go-toml",
  "github.com/sirupsen/logrus",
  "github.com/ugorji/go/",
  "github.com/vmihailenco/msgpack",
  "go.uber.org/zap",
  "golang.org/x/",
  "google.golang.org/grpc",
  "google.golang.org/protobuf/",
  "gopkg.in/inf",
  "gopkg.in/yaml",
  "k8s.io/apimachinery/pkg/runtime",
  "k8s.io/klog",
  "sigs.k8s.io/json",
  "sigs.k8s.io/yaml",
];

/** Allocators and the standard library of C and C++, and code that has no symbols. */
const FOREIGN =
  /^(?:operator new|_?_?(?:libc_)?(?:m|c|re|mem|aligned_?|posix_mem)al(?:loc|ign)|(?:je|tc|mi)_|std::|__gnu_cxx::|\[|<unknown>|0x)/;

/** Whether a function is of a library that programs of all kinds are built with, so that its name doesn't tell what for. */
export function isLibraryFunction(func: string): boolean {
  if (FOREIGN.test(func)) return true;
  // Type arguments and receivers hold paths of their own.
  const [name = ""] = func.split(/[[(]/, 1);
  const path = name.replace(/^(?:.*\/)?vendor\//, "");
  const slash = path.indexOf("/");
  const first = slash === -1 ? path.slice(0, path.indexOf(".")) : path.slice(0, slash);
  return STANDARD.has(first) || GENERIC.some((prefix) => path.startsWith(prefix));
}
