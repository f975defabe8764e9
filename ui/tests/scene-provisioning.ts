import type { Fake } from "./fake";
import { activityRow, personRow, tokenView } from "./views";

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const ahead = (minutes: number) => ago(-minutes);

/** What the screens of the connections and of the wizard are looked at with. */
export function fillProvisioning(fake: Fake, scene: string): void {
  fake.matches = [
    {
      id: "m1",
      arriving: "Alan M. Turing",
      local: personRow(900, { id: "l1", name: "Alan Turing", userName: "alan.turing@acme.example", source: null }),
      canLink: true,
      at: ago(12),
    },
    {
      id: "m2",
      arriving: "Grace B. Hopper",
      local: personRow(901, {
        id: "l2",
        name: "Grace Hopper",
        role: "admin",
        userName: "grace@acme.example",
        source: null,
      }),
      canLink: false,
      at: ago(50),
    },
  ];
  fake.deviations = [
    {
      code: "members.remove_by_value",
      title: "Members removed by a value instead of a path filter",
      senders: "Azure",
      rule: "RFC 7644 section 3.5.2.2",
      answer: "Only the named members are removed",
      times: 41,
      firstAt: ago(9000),
      lastAt: ago(7),
      example: "Azure removed members by a value; only the named members were removed.",
      activityId: "a1",
    },
    {
      code: "booleans.text",
      title: "True and false sent as text",
      senders: "Azure",
      rule: "RFC 7643 section 2.3.2",
      answer: "“True” is read as true",
      times: 12,
      firstAt: ago(9000),
      lastAt: ago(70),
      example: "“True” was read as true.",
      activityId: "a1",
    },
  ];
  fake.sleepIntervals = [{ from: ago(5 * 1440), until: ago(4.6 * 1440) }];
  fake.days = [
    [212, 0, 0],
    [180, 0, 0],
    [240, 12, 0],
    [0, 0, 0],
    [260, 0, 2],
    [230, 41, 0],
    [96, 0, 0],
  ];
  if (scene === "rotation") {
    fake.tokens = [
      tokenView({
        id: "t2",
        masked: "fdn_••••r0tQ",
        state: "active",
        createdAt: ago(30),
        firstUsedAt: ago(14),
        lastUsedAt: ago(2),
        lastUsedIp: "52.4.18.7",
      }),
      tokenView({
        id: "t1",
        state: "retiring",
        replacedBy: "t2",
        retiresAt: ahead(1426),
        lastUsedAt: ago(3),
        lastUsedIp: "52.9.20.1",
        firstUsedAt: ago(90000),
      }),
    ];
  }
  if (scene === "refused") {
    fake.activity = [
      activityRow(1, {
        at: ago(1),
        connectionId: "c3",
        sentence: "Refused. The token is unknown",
        method: "GET",
        status: 401,
        result: "refused",
        reason: "auth.unknown",
      }),
    ];
    fake.tokens = [tokenView({})];
    fake.prove("addressReached", "A request reached this address.");
    fake.prove("credentials", "The token is not one of this connection's tokens.", true);
  }
  if (scene === "rehearsed") {
    const known = fake.nextRehearsal.steps;
    const steps = [0, 1, 2, 3, 4, 5, 6, 7]
      .flatMap(() => known)
      .map((step, index) => {
        return index === 5 ? { ...step, passed: false, findings: ["Answered 200, but 201 was expected."] } : step;
      });
    fake.rehearsal = { ...fake.nextRehearsal, total: steps.length, steps, passed: false };
  }
}
