import { KINDS } from "../../bundle/index.ts";
import type { Axis, Weight } from "../engine/index.ts";
import { compilePattern, pathPattern } from "./pattern.ts";
import type { Of, Schema, Shape } from "./shape.ts";
import {
  anyText,
  count,
  described,
  eitherScalar,
  finite,
  flag,
  list,
  mapping,
  oneOf,
  placed,
  plain,
  record,
  refined,
  text,
  textLike,
  variants,
} from "./shape.ts";
import { FIXES, isToldByHost } from "../fixes/index.ts";
import { isVersion } from "../fixes/version-range.ts";

/** The form of a rule file: what may stand in it, in words for people who write one. */

/** Parts of the schema that stand in several places, by their names. */
export const DEFINITIONS: Record<string, Schema> = {};

/** The same, which the schema writes down once. */
function once<T>(name: string, shape: Shape<T>): Shape<T> {
  DEFINITIONS[name] = shape.schema;
  return { ...shape, schema: { $ref: `#/$defs/${name}` } };
}

const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*$/;
const id = textLike("an id of an area and a name, such as shop/slow-payments", ID);
const texts = once("texts", list(text()));

const expression = once(
  "expression",
  described(
    "A regular expression in RE2's syntax: (?P<name>…) makes a field; there is no looking around and no reference back.",
    refined(text(1000), (value) => {
      const pattern = compilePattern(value);
      return "wrong" in pattern ? pattern.wrong : undefined;
    }),
  ),
);
const kind = once(
  "kind",
  refined(text(100), (value) =>
    KINDS.has(value)
      ? undefined
      : `there is no kind ${value} of artifacts; there are: ${[...KINDS].sort().join(", ")}`,
  ),
);
const path = once(
  "path",
  refined(text(500), (value) => {
    const pattern = pathPattern(value);
    return "wrong" in pattern ? pattern.wrong : undefined;
  }),
);
const version = once(
  "version",
  refined(text(100), (value) => (isVersion(value) ? undefined : "this is no version, such as 1.20.4")),
);

const WHERE = {
  kinds: described(
    "Kinds of artifacts, as inquest names them; `text` for those that it doesn't know.",
    list(kind),
  ),
  paths: described("Paths of artifacts: * stands for what is in a name, ** for folders too.", list(path)),
  ignoreCase: described("Whether a and A are the same.", flag),
};

/** Lines of a text. */
const sought = once(
  "search",
  mapping(
    "a search for text",
    {},
    {
      contains: described("A text that the line has in it.", text(1000)),
      matches: expression,
      ...WHERE,
      atLeast: described("How many lines there must be of one host; 1 when absent.", count),
      each: described("The field whose values are counted each by itself.", text(100)),
    },
  ),
);
export type Sought = Of<typeof sought>;

const COMPARISON = {
  equals: described('The same value; 1 and "1" are.', plain),
  not: described("Another value.", plain),
  in: described("One of these values.", list(plain)),
  above: described("More than.", finite),
  below: described("Less than.", finite),
  atLeast: described("So much or more.", finite),
  atMost: described("So much or less.", finite),
  matches: expression,
};
const comparison = once(
  "comparison",
  described(
    "What the value must be: a plain value for the same, or comparisons that must all be so.",
    eitherScalar(
      plain,
      refined(mapping("a comparison", {}, COMPARISON), (value) =>
        Object.keys(value).length > 0
          ? undefined
          : `a comparison needs one of the keys ${Object.keys(COMPARISON).join(", ")}`,
      ),
    ),
  ),
);
export type WrittenComparison = Of<typeof comparison>;

const value = once(
  "value",
  described(
    "A value that lines of a text have in them: the field `value` of the expression.",
    mapping("a value in a text", { matches: placed(expression), is: comparison }, WHERE),
  ),
);
export type SoughtValue = Of<typeof value>;

const RANGE = {
  from: described("The first version that has the fault.", version),
  fixedIn: described("The first versions without it, of each line of releases.", list(version)),
};
const inText = described(
  "A version that lines of a text have in them: the field `version` of the expression.",
  mapping("a version in a text", { matches: placed(expression) }, { ...RANGE, ...WHERE }),
);
export type SoughtVersion = Of<typeof inText>;

const image = described(
  "A version that is the tag of an image of pods.",
  mapping(
    "an image",
    {
      name: described(
        "The image's name without its tag; registry and folders may be left out, * stands for anything.",
        text(300),
      ),
    },
    RANGE,
  ),
);
export type SoughtImage = Of<typeof image>;

const kernel = described(
  "The running kernel is one of those that have the fault.",
  mapping(
    "a range of kernels",
    {},
    {
      ...RANGE,
      vendors: described(
        "The first fixed kernels of vendors, by what names the vendor in the release, such as el7: 3.10.0-1062.",
        record(
          "a mapping of vendors",
          { pattern: /^[a-z][a-z0-9]*$/, name: "a part of a kernel's release, such as el7 or azure" },
          eitherScalar(version, list(version)),
        ),
      ),
      backports: described(
        "never: no vendor brings it to an older kernel, such as a removal. unlisted: it is in stable kernels that aren't named here.",
        oneOf("never", "unlisted"),
      ),
    },
  ),
);
export type SoughtKernel = Of<typeof kernel>;

const fix = described(
  "A known defect of inquest's own table (docs/fixes.md), by its name: the version on the host has it.",
  oneOf(...FIXES.flatMap(({ id, component }) => (isToldByHost(component) ? id : []))),
);

const sysctl = described(
  "A kernel parameter of the host.",
  mapping(
    "a kernel parameter",
    {
      key: textLike("a key such as net.ipv4.tcp_tw_recycle", /^[a-z][\w-]*(?:\.[\w:@*-]+)+$/),
      is: comparison,
    },
    {},
  ),
);
const counter = (what: string) =>
  described(
    what,
    mapping(
      "a counter",
      { name: textLike("a counter's name, such as ListenOverflows", /^[A-Za-z]\w{0,99}$/), is: comparison },
      {
        growth: described(
          "true: by how much it grew between two snapshots, and not its total since boot.",
          flag,
        ),
      },
    ),
  );
const netCounter = once(
  "counter",
  counter("A counter of the host's network stack by its kernel name, as nstat prints it."),
);
const conntrack = once(
  "conntrack",
  counter("A counter of the host's connection tracking, as conntrack -S prints it."),
);
export type SoughtCounter = Of<typeof netCounter>;

const object = once(
  "object",
  described(
    "A field of objects of the Kubernetes API.",
    mapping(
      "a field of objects",
      {
        kind: textLike("a kind such as Deployment", /^[A-Z][A-Za-z0-9]*$/),
        path: placed(
          textLike(
            "a path such as spec.containers[*].image",
            /^[A-Za-z_$][\w$-]*(?:\[(?:\*|\d{1,6}|"[^"]{1,300}")\]|\.[A-Za-z_$][\w$-]*)*$/,
          ),
        ),
      },
      {
        is: comparison,
        exists: described("Whether the field is there at all.", flag),
        name: described("The object's name; * stands for anything.", text(300)),
        namespace: described("The object's namespace; * stands for anything.", text(300)),
      },
    ),
  ),
);
export type SoughtObject = Of<typeof object>;

const ask = once(
  "ask",
  mapping(
    "a request for an artifact",
    {
      text: described("What would tell.", text()),
      command: described("The command that gets it.", text(1000)),
    },
    {},
  ),
);

const AXES = ["config", "version", "counter", "state", "time", "identity"] as const satisfies readonly Axis[];
const WEIGHTS = ["decisive", "strong", "weak"] as const satisfies readonly Weight[];

const STATEMENT = {
  statement: described("What is true when the test holds.", text(500)),
};
const WORTH = {
  axis: described(
    "What the evidence is about; two tests on one axis are one witness. Of a text or an object.",
    placed(oneOf(...AXES)),
  ),
  holds: described("What it is worth when it holds; nothing when absent.", placed(oneOf(...WEIGHTS))),
  fails: described(
    "What it is worth against the cause when it fails; nothing when absent.",
    placed(oneOf(...WEIGHTS)),
  ),
  ask: described("How to get the artifact that would tell.", ask),
};
const soughtPlaced = described("Lines of texts of the host.", placed(sought));

/** One kind of test: what is common, and what it looks at. */
const test = <K extends string, T>(key: K, shape: Shape<T>) =>
  mapping(
    `a test of ${key}`,
    { ...STATEMENT, [key]: shape } as typeof STATEMENT & Record<K, Shape<T>>,
    WORTH,
  );

const textTest = mapping(
  "a test of text",
  { ...STATEMENT, text: soughtPlaced },
  {
    ...WORTH,
    notFound: described(
      "fails: the test fails where the texts were read to their ends and don't have it. It can't be told when absent.",
      oneOf("fails", "cant-tell"),
    ),
  },
);
const TESTS = {
  text: textTest,
  value: test("value", value),
  version: test("version", inText),
  image: test("image", image),
  kernel: test("kernel", kernel),
  fix: test("fix", fix),
  sysctl: test("sysctl", sysctl),
  counter: test("counter", netCounter),
  conntrack: test("conntrack", conntrack),
  object: test("object", placed(object)),
};
export type WrittenTest = Of<(typeof TESTS)[keyof typeof TESTS]>;
const anyTest = placed(variants<WrittenTest>("a test", TESTS));

const sightings = {
  text: described(
    "Lines of texts, of one host or of the cluster.",
    mapping("what is seen", { text: soughtPlaced }, {}),
  ),
  value: mapping("what is seen", { value }, {}),
  counter: mapping("what is seen", { counter: placed(netCounter) }, {}),
  conntrack: mapping("what is seen", { conntrack: placed(conntrack) }, {}),
  object: mapping("what is seen", { object: placed(object) }, {}),
};
export type WrittenSighting = Of<(typeof sightings)[keyof typeof sightings]>;

const TEXT = {
  title: described("What it is, in one line without a full stop.", text(200)),
  description: described("What the rule looks for, in a sentence or two.", text()),
};
const ADVICE = {
  summary: described(
    "One paragraph on what was seen; {count}, {host}, {value} and fields in braces are filled in.",
    placed(text()),
  ),
  remedy: described("What to do.", texts),
  references: described("Issues, commits or documentation that a reader can check.", texts),
};

const symptom = described(
  "Something that is seen, whatever caused it.",
  mapping(
    "a symptom",
    { symptom: placed(id), ...TEXT, when: variants<WrittenSighting>("what is seen", sightings) },
    ADVICE,
  ),
);
export type WrittenSymptom = Of<typeof symptom>;

const cause = described(
  "Something that explains symptoms.",
  mapping(
    "a cause",
    {
      cause: placed(id),
      ...TEXT,
      explains: described("Ids of symptoms: of this file, or of inquest.", list(placed(id))),
      tests: list(anyTest, { most: 50 }),
    },
    {
      ...ADVICE,
      at: described(
        "Of symptoms of traffic: whether the cause is at the server, or at the client. At the server when absent: a capture that was taken at the client then says nothing of the host's settings.",
        oneOf("server", "client"),
      ),
    },
  ),
);
export type WrittenCause = Of<typeof cause>;

const audit = described(
  "A field of objects that is wrong by definition, whether or not anything fails.",
  mapping("an audit", { audit: placed(id), ...TEXT, object: placed(object) }, ADVICE),
);
export type WrittenAudit = Of<typeof audit>;

export type WrittenRule = WrittenSymptom | WrittenCause | WrittenAudit;
const rule = variants<WrittenRule>("a rule", { symptom, cause, audit });

const evidence = {
  files: described(
    "Artifacts that stand here, by the path that a bundle would have them under.",
    record("a mapping of files", { pattern: /^[^/\0][^\0]{0,300}$/, name: "a path" }, anyText),
  ),
  bundle: described(
    "A bundle, or several as one case; beside this file.",
    eitherScalar(text(500), list(text(500))),
  ),
};
const verdict = oneOf("confirmed", "likely", "possible", "ruled-out", "silent");
const example = mapping(
  "a test of rules",
  {
    name: described("What the example shows.", text(300)),
    expect: described(
      "The verdict of each rule; silent for none. Rules of the file that aren't named must be silent or ruled out.",
      record("a mapping of rules to verdicts", { pattern: ID, name: "a rule's id" }, verdict),
    ),
  },
  {
    ...evidence,
    baseline: described("A healthy or earlier bundle to compare with.", mapping("a baseline", {}, evidence)),
  },
);
export type WrittenExample = Of<typeof example>;

/** A file of rules. */
export const ruleFile = mapping(
  "a file of rules",
  { rules: list(rule) },
  {
    $schema: described("The schema, for editors; nothing else looks at it.", anyText),
    tests: described("Examples that `inquest test-rules` runs the rules against.", list(placed(example))),
  },
);
export type WrittenFile = Of<typeof ruleFile>;
