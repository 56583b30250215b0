// The time machine: how far it is, and what the account sent by itself on the way, to whom, when.
import { full, hour, local, make } from "./bubbles.js";

const KINDS = { template: "模板", service: "客服", mass: "群发", once: "订阅" };
const KEPT = 1000, SHOWN = 200;
let kept = [], newest = 0;
const $ = (id) => document.getElementById(id);

export const seen = () => newest;
export function forget() { kept = []; newest = 0; }

export function drawJourney(journey) {
  const going = Boolean(journey?.under_way);
  $("journey").hidden = !going && !journey?.error;
  document.querySelectorAll("[data-run], [data-move], #travel button").forEach((one) => { one.disabled = going; });
  if (!journey) return;
  const [from, to, at] = [journey.from, journey.to, journey.at].map((one) => +new Date(one));
  $("way").value = going ? (at - from) / (to - from) : 1;
  $("stop").hidden = !going;
  $("whereto").textContent = going ? `正在前往 ${full(to)}` : `停在半路：${journey.error}`;
}

function drawRow(one, people, choose) {
  const who = people.find((each) => each.openid === one.openid);
  const name = one.many > 1 ? `${one.many} 位` : who?.name || one.openid;
  const props = { type: "button", testid: "pushed-row", onclick: () => choose(one.openid) };
  const row = make("button", props,
    make("time", { textContent: hour(one.at), dateTime: one.at }),
    make("b", { className: one.kind, textContent: KINDS[one.kind] }),
    make("span", { className: "name", textContent: name }),
    make("span", { className: "what", textContent: one.text, title: one.text }));
  return make("li", {}, row);
}

function together(rows) {
  const merged = []; // what one mass send brought to many is one row
  for (const one of rows) {
    const last = merged.at(-1);
    if (one.job && last?.job === one.job) last.many += 1;
    else merged.push({ ...one, many: 1 });
  }
  return merged;
}

export function drawPushed(state, openid, choose) {
  kept = [...kept, ...state.pushed.filter((one) => one.id > newest)].slice(-KEPT);
  newest = kept.at(-1)?.id ?? 0;
  const mine = $("only-me").checked ? kept.filter((one) => one.openid === openid) : kept;
  const rows = [];
  let last = "";
  for (const one of together(mine).slice(-SHOWN).reverse()) {
    const date = local(one.at, { year: "numeric", month: "long", day: "numeric", weekday: "short" });
    if (date !== last) rows.push(make("li", { className: "date", textContent: (last = date) }));
    rows.push(drawRow(one, state.people, choose));
  }
  if (!rows.length) rows.push(make("li", { className: "none", textContent: "还没有主动发出的消息。" }));
  $("pushed").replaceChildren(...rows);
  const counts = Object.entries(KINDS).map(([kind, words]) => `${words} ${state.counts[kind] ?? 0}`);
  $("counts").textContent = [...counts, `被平台拒绝 ${state.counts.refused}`].join(" · ");
}
