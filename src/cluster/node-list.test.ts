import { describe, expect, test } from "bun:test";
import { formatNodeAddress } from "./cluster-node.ts";
import { parseNodeList, parseNodeLists } from "./node-list.ts";
import { renderNodeListProblem } from "./node-list-problem.ts";

const encoder = new TextEncoder();

function parse(text: string | Uint8Array, name = "hosts.txt") {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  return parseNodeList(bytes, { name, defaultPort: 8080 });
}

function problemsOf(text: string | Uint8Array): readonly string[] {
  const list = parse(text);
  return "problems" in list ? list.problems.map(renderNodeListProblem) : [];
}

function nodesOf(text: string) {
  const list = parse(text);
  if ("problems" in list) throw new Error(list.problems.map(renderNodeListProblem).join("\n"));
  return list.nodes;
}

function warningsOf(text: string): readonly string[] {
  const list = parse(text);
  return "problems" in list ? [] : list.warnings.map(renderNodeListProblem);
}

const addressesOf = (text: string) => nodesOf(text).map(formatNodeAddress);
const SHORT = "[2001:db8::1:0:0:1]:8080";
const word =
  "wants 1 to 63 letters, digits, dots, hyphens or underscores, the first a letter or digit";

describe("every error is told with its place", () => {
  test.each([
    ["10.0.0.1 a\u000b", "1:11: E01 character U+000B is not allowed"],
    ["10.0.0.1\u00a0", "1:9: E01 character U+00A0 is not allowed"],
    ["10.0.0.1\n10.0.0.2\u2028", "2:9: E01 character U+2028 is not allowed"],
    ["10.0.0.1 \u{1f600}", "1:10: E01 character U+1F600 is not allowed"],
    ["10.0.0.1 # \u001b[2J", "1:12: E01 character U+001B is not allowed"],
    ["10.0.0.1\n\ufeff10.0.0.2", "2:1: E01 character U+FEFF is not allowed"],
    ["", "1:1: E02 node list is empty"],
    ["\ufeff# nothing\r\n\r\n", "1:1: E02 node list is empty"],
    [" 10.0.0.256", '1:2: E03 "10.0.0.256" is not an IPv4 address'],
    ["10.0.0.01", '1:1: E03 "10.0.0.01" is not an IPv4 address'],
    ["10.0.0.0/24", '1:1: E03 "10.0.0.0/24" is not an IPv4 address'],
    ["10.0.0.[250-256]", '1:1: E03 "10.0.0.256" is not an IPv4 address'],
    ["10.0.0.[250-2000]", '1:1: E03 "10.0.0.256" is not an IPv4 address'],
    ["10.0.[1-9999].1", '1:1: E03 "10.0.256.1" is not an IPv4 address'],
    ["10.0.0.[01-09]", '1:1: E03 "10.0.0.01" is not an IPv4 address'],
    ["[2001:db8::5::1]:80", '1:2: E04 "2001:db8::5::1" is not an IPv6 address'],
    ["[fe80::1%eth0]", '1:2: E04 "fe80::1%eth0" is not an IPv6 address'],
    ["[10.0.0.1]", '1:2: E04 "10.0.0.1" is not an IPv6 address'],
    ["2001:db8::5", "1:1: E05 write an IPv6 address in brackets: [2001:db8::5]:8080"],
    ["\t[2001:db8::5", "1:2: E05 write an IPv6 address in brackets: [2001:db8::5]:8080"],
    ["[2001:db8::5]8080", "1:1: E05 write an IPv6 address in brackets: [2001:db8::5]:8080"],
    ["gw_1.test", '1:1: E06 "gw_1.test" is not a host name'],
    ["gw..test", '1:1: E06 "gw..test" is not a host name'],
    ["-gw.test", '1:1: E06 "-gw.test" is not a host name'],
    ["gw.[1-2]", '1:1: E06 "gw.1" is not a host name'],
    ["0x7f000001", '1:1: E06 "0x7f000001" is not a host name'],
    [":8080", '1:1: E06 "" is not a host name'],
    ["$(id)", '1:1: E06 "$(id)" is not a host name'],
    [`${"a".repeat(64)}.test`, `1:1: E06 "${"a".repeat(64)}.test" is not a host name`],
    ["_gw.tcp.test", '1:1: E06 "_gw.tcp.test" is not an SRV name'],
    ["_gw._tcp.test:80", "1:15: E07 an SRV name carries its own port"],
    ["10.0.0.1:80:90", '1:10: E07 port "80:90" is not 1 to 65535'],
    ["[::5]:80:90", '1:7: E07 port "80:90" is not 1 to 65535'],
    ["10.0.0.1:", '1:10: E07 port "" is not 1 to 65535'],
    ["10.0.0.1:080", '1:10: E07 port "080" is not 1 to 65535'],
    ["[::5]:65536", '1:7: E07 port "65536" is not 1 to 65535'],
    ["gw[1-3].test:0", '1:14: E07 port "0" is not 1 to 65535'],
    ["gw[1-20", "1:3: E08 a range is written [1-20], once in an address"],
    ["gw[1,2]", "1:3: E08 a range is written [1-20], once in an address"],
    ["gw[1-2]-[3-4]", "1:9: E08 a range is written [1-20], once in an address"],
    [" 10.0.0.1-5:80", "1:2: E08 a range is written [1-20], once in an address"],
    ["10.0.0.11-10.0.0.15", "1:1: E08 a range is written [1-20], once in an address"],
    ["gw[3-1]", "1:3: E08 range [3-1] must ascend, and zero-padded ends must be equally long"],
    ["gw[1-09]", "1:3: E08 range [1-09] must ascend, and zero-padded ends must be equally long"],
    ["gw[1-1025]", "1:1: E09 more than 1024 nodes"],
    [`gw[1-${"9".repeat(900)}]`, "1:1: E09 more than 1024 nodes"],
    ["10.0.0.1 wieght=5", '1:10: E10 unknown option "wieght" (did you mean "weight"?)'],
    ["10.0.0.1 bckp", '1:10: E10 unknown option "bckp" (did you mean "backup"?)'],
    ["10.0.0.1 colour=5", '1:10: E10 unknown option "colour"'],
    ["10.0.0.1 weight", '1:10: E11 option "weight" wants an integer from 1 to 256'],
    ["10.0.0.1 weight=257", '1:10: E11 option "weight" wants an integer from 1 to 256'],
    ["10.0.0.1 weight=05", '1:10: E11 option "weight" wants an integer from 1 to 256'],
    ["10.0.0.1 maxconn=1000001", '1:10: E11 option "maxconn" wants an integer from 1 to 1000000'],
    ["gw.test slots=0", '1:9: E11 option "slots" wants an integer from 1 to 256'],
    ["10.0.0.1 slots=2", '1:10: E11 "slots" is for DNS names'],
    ["[::5] slots=2", '1:7: E11 "slots" is for DNS names'],
    ["10.0.0.1 name=", `1:10: E11 option "name" ${word}`],
    ["10.0.0.1 name=_a", `1:10: E11 option "name" ${word}`],
    [`10.0.0.1 zone=${"z".repeat(64)}`, `1:10: E11 option "zone" ${word}`],
    ["10.0.0.[1-2] name=gw", '1:14: E11 "name" cannot be given to a range'],
    ["10.0.0.1 backup=1", '1:10: E11 option "backup" takes no value'],
    ["10.0.0.1 weight=5 weight=6", '1:19: E12 option "weight" is given twice'],
    ["10.0.0.1 drain disabled", '1:16: E12 "drain" and "disabled" exclude each other'],
    ["\n\n10.0.0.1\n10.0.0.1:8080", "4:1: E13 10.0.0.1:8080 is already on line 3"],
    ["gw.test\n GW.TEST", "2:2: E13 gw.test:8080 is already on line 1"],
    ["[::ffff:10.0.0.1]\n10.0.0.1", "2:1: E13 10.0.0.1:8080 is already on line 1"],
    ["10.0.0.1\n[0:0:0:0:0:FFFF:a00:1]:8080", "2:1: E13 10.0.0.1:8080 is already on line 1"],
    ["[2001:db8:0:0:1:0:0:1]\n[2001:DB8::1:0:0:1]", `2:1: E13 ${SHORT} is already on line 1`],
    ["_a._b.c\n_A._B.C slots=2", "2:1: E13 _a._b.c is already on line 1"],
    ["10.0.0.[1-3]\n10.0.0.[3-5]", "2:1: E13 10.0.0.3:8080 is already on line 1"],
    ["10.0.0.1 name=a\n10.0.0.2 name=a", '2:1: E14 the name "a" is already on line 1'],
    ["gw slots=4\na name=gw_8080-4", '2:1: E14 the name "gw_8080-4" is already on line 1'],
    ["a name=gw_8080-4\ngw slots=4", '2:1: E14 the name "gw_8080-4" is already on line 1'],
    ["0.0.0.0", '1:1: E15 "0.0.0.0" is not the address of one host'],
    ["239.1.2.3:80", '1:1: E15 "239.1.2.3" is not the address of one host'],
    ["255.255.255.255", '1:1: E15 "255.255.255.255" is not the address of one host'],
    ["[::]:80", '1:1: E15 "::" is not the address of one host'],
    ["[::ffff:0.0.0.0]", '1:1: E15 "::ffff:0.0.0.0" is not the address of one host'],
    ["[::ffff:224.1.1.1]", '1:1: E15 "::ffff:224.1.1.1" is not the address of one host'],
    ["[222-230].0.0.1", '1:1: E15 "224.0.0.1" is not the address of one host'],
    ["[ff02::1]", '1:1: E15 "ff02::1" is not the address of one host'],
    ["\n10.0.0.1 drain\n10.0.0.2 backup", "2:1: E16 no node would receive traffic"],
    ["http://10.0.0.1:8080", "1:1: E17 write host:port, not a URL"],
    ["gw.test:8080/health", "1:1: E17 write host:port, not a URL"],
    [`10.0.0.1 #${"x".repeat(1015)}`, "1:1: E19 line is longer than 1024 characters"],
  ])("%j", (text, expected) => {
    expect(problemsOf(text)).toEqual([`hosts.txt:${expected}`]);
  });

  test("text that is not UTF-8 is refused at the first wrong byte", () => {
    const bytes = encoder.encode("\ufeff10.0.0.1 # \ufffd\u{1f600}\r\n10.0.0.2 # B?ro");
    bytes[bytes.lastIndexOf(0x3f)] = 0xfc;

    expect(problemsOf(bytes)).toEqual(["hosts.txt:2:13: E01 node list is not valid UTF-8 text"]);
  });

  test("all errors of a list are told, sorted by position", () => {
    const text = "10.0.0.256:0 foo weight=0\n10.0.0.1\n\nhttp://x\n10.0.0.1 backup=1";

    const codes = problemsOf(text).map((line) => line.replace(/(E\d\d).*/, "$1"));

    expect(codes).toEqual([
      "hosts.txt:1:1: E03",
      "hosts.txt:1:12: E07",
      "hosts.txt:1:14: E10",
      "hosts.txt:1:18: E11",
      "hosts.txt:4:1: E17",
      "hosts.txt:5:1: E13",
      "hosts.txt:5:10: E11",
    ]);
  });

  test("several lists are one cluster, whose errors name the list", () => {
    const lists = [
      { name: "hosts.txt", text: encoder.encode("# a\n10.0.0.1") },
      { name: "<--node 1>", text: "10.0.0.1" },
      { name: "<--node 2>", text: "10.0.0.2\n10.0.0.3" },
    ];

    const list = parseNodeLists(lists, { defaultPort: 8080 });

    expect("problems" in list && list.problems.map(renderNodeListProblem)).toEqual([
      "<--node 1>:1:1: E13 10.0.0.1:8080 is already on line 2 of hosts.txt",
      "<--node 2>:1:9: E01 character U+000A is not allowed",
    ]);
  });
});

describe("limits", () => {
  test("1024 nodes are taken, one more is refused once, where it stands", () => {
    const text = "10.0.0.[1-250]\ngw[1-774].test\n";

    expect(nodesOf(text)).toHaveLength(1024);
    expect(problemsOf(`${text}  a.test\nb.test`)).toEqual([
      "hosts.txt:3:3: E09 more than 1024 nodes",
    ]);
  });

  test("a name of 253 characters is taken, one more is refused", () => {
    const label = "a".repeat(61);
    const longest = `${`${label}.`.repeat(3)}${"b".repeat(62)}.test`;

    expect(longest).toHaveLength(253);
    expect(nodesOf(longest).map(({ host }) => host)).toEqual([longest]);
    expect(problemsOf(`c${longest}`)).toEqual([
      `hosts.txt:1:1: E06 "c${longest}" is not a host name`,
    ]);
    const service = `_a._b.${longest.slice(6)}`;
    expect(nodesOf(service).map(({ host }) => host)).toEqual([service]);
    expect(problemsOf(`_c${service.slice(1)}`)).toEqual([
      `hosts.txt:1:1: E06 "_c${service.slice(1)}" is not an SRV name`,
    ]);
  });

  test("a list of 1 MiB is taken, one byte more is refused", () => {
    const line = `${"#".repeat(1023)}\n`;
    const text = `10.0.0.1${" ".repeat(1015)}\n${line.repeat(1023)}`;

    expect(text).toHaveLength(1_048_576);
    expect(nodesOf(text)).toHaveLength(1);
    expect(problemsOf(`${text}#`)).toEqual(["hosts.txt:1:1: E19 node list is larger than 1 MiB"]);
  });

  test("a line of 1024 characters is taken", () => {
    expect(nodesOf(`10.0.0.1 #${"x".repeat(1014)}`)).toHaveLength(1);
  });
});

describe("what is read", () => {
  test("byte order mark, line ends, blanks and comments change nothing", () => {
    const plain = "10.0.0.1 name=a\n\n# no\tnode \u00e9\u{1f600}\n10.0.0.2:81 zone=b#c\n";
    const variants = [
      `\ufeff${plain}`,
      plain.replaceAll("\n", "\r\n"),
      plain.replaceAll("\n", "\r"),
    ];

    for (const variant of variants) expect(parse(variant)).toEqual(parse(plain));
    expect(nodesOf(plain)).toHaveLength(2);
  });

  test.each(["h[1-2].10-5.test", "10-0-0-1.test", "1.2.3.4.5-6.test", "3-d.test"])(
    "%s is a name, not a range without brackets",
    (text) => {
      expect(nodesOf(text).every(({ kind }) => kind === "dns")).toBe(true);
    },
  );

  test("names behind two DNS names meet only where HAProxy would call two servers the same", () => {
    const lines = ["a.test slots=4 name=gw", "b.test slots=4 name=gw-1"];

    expect(nodesOf(lines.join("\n"))).toHaveLength(2);
    expect(nodesOf(lines.toReversed().join("\n"))).toHaveLength(2);
  });

  test("the order of lines changes the order of nodes alone", () => {
    const lines = ["10.0.0.[11-13]", "[2001:db8::5]:81 weight=5", "gw.test slots=4", "_a._b.test"];
    const bare = (text: string) =>
      nodesOf(text)
        .map(({ line, ...node }) => JSON.stringify(node))
        .toSorted();

    expect(bare(lines.toReversed().join("\n"))).toEqual(bare(lines.join("\n")));
  });

  test.each([
    ["10.0.0.[9-11]", ["10.0.0.9:8080", "10.0.0.10:8080", "10.0.0.11:8080"]],
    ["h[08-10].Test:81", ["h08.test:81", "h09.test:81", "h10.test:81"]],
    ["[1-2]a.test", ["1a.test:8080", "2a.test:8080"]],
    ["h[0-1]", ["h0:8080", "h1:8080"]],
    ["h[7-7]", ["h7:8080"]],
    ["[2001:0DB8:0:0:0:0:0:5]", ["[2001:db8::5]:8080"]],
    ["[2001:db8:0:1:1:1:1:1]:1", ["[2001:db8:0:1:1:1:1:1]:1"]],
    ["[::FFFF:10.0.0.1]:65535", ["10.0.0.1:65535"]],
    ["_GW._tcp.test", ["_gw._tcp.test"]],
  ])("%s is %j", (text, expected) => {
    expect(addressesOf(text)).toEqual(expected);
  });

  test.each([
    ["10.0.0.11", "10.0.0.11_8080"],
    ["[2001:db8::5]", "2001_db8__5_8080"],
    ["[::1]:80", "0__1_80"],
    ["gw.test:9090", "gw.test_9090"],
    ["_gw._tcp.example.internal", "gw_tcp.example.internal"],
    ["10.0.0.1 name=Gw-1", "Gw-1"],
  ])("%s is called %s", (text, name) => {
    expect(nodesOf(text).map((node) => node.name)).toEqual([name]);
  });

  test("options are told by node, with defaults", () => {
    const [first, second, third] = nodesOf(
      "a weight=256 maxconn=1000000 slots=256 zone=Rack.1 backup drain\n_a._b.c\n10.0.0.1 disabled\nb",
    );

    expect(first).toEqual({
      source: "hosts.txt",
      line: 1,
      column: 1,
      name: "a_8080",
      host: "a",
      kind: "dns",
      port: 8080,
      weight: 256,
      maxConnections: 1_000_000,
      slots: 256,
      zone: "Rack.1",
      isBackup: true,
      state: "drain",
    });
    expect(second).toMatchObject({ kind: "srv", port: null, slots: 10, weight: 100 });
    expect(third).toMatchObject({ slots: null, isBackup: false, state: "disabled" });
  });
});

describe("what is odd is a warning", () => {
  test.each([
    ["10.0.0.1", ["1:1: W01 one node is not a cluster: when it is away, nothing answers"]],
    ["gw.test slots=4", []],
    ["127.0.0.1\n127.0.0.2", []],
    [
      "10.0.0.1\n127.0.0.1",
      ["2:1: W02 127.0.0.1 is the balancer's own host, while other nodes are elsewhere"],
    ],
    [
      "10.0.0.1\n_a._b.c\n10.0.0.2:81",
      ["3:1: W03 nodes use different ports: 10.0.0.1 has 8080, 10.0.0.2 has 81"],
    ],
    [
      "10.0.0.1\n gw[1-3].test",
      ["2:2: W05 only the first address of gw1.test is used; slots=N takes up to N"],
    ],
  ])("%j", (text, expected) => {
    expect(warningsOf(text)).toEqual(expected.map((line) => `hosts.txt:${line}`));
  });
});
