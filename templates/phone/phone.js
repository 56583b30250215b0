// The phone's behaviour: one state asked from the sandbox whenever its bell rings.
import { drawJourney, drawPushed, forget, seen } from "./journey.js";
import { dated, drawBubble, drawButton, drawExchange, drawPerson, drawStamp, full, hour, year } from "./bubbles.js";

const $ = (id) => document.getElementById(id);
const title = document.body.dataset.title;
const PAUSE = 5 * 60e3; // a time stamp stands where the talk rested for five minutes
let openid = new URLSearchParams(location.search).get("openid") || localStorage.getItem("openid") || "";
let drawn = { openid: null, bubble: 0, stamp: 0, exchange: 0, people: "", menu: "" };
let ahead = 0;

function toast(words) {
  Object.assign($("toast"), { textContent: words, hidden: false });
  setTimeout(() => { $("toast").hidden = true; }, 3000);
}
async function send(deed, body, type = "application/json") {
  const answer = await fetch(`/sandbox/${deed}`, { method: "POST", headers: { "Content-Type": type }, body });
  const result = await answer.json().catch(() => ({ error: `HTTP ${answer.status}` }));
  if (!answer.ok) toast(answer.status === 409 ? "还没有关注公众号" : result.error);
  return result;
}
const act = (deed, more = {}) => send(deed, JSON.stringify({ openid, ...more }));
const sendPhoto = (file) => send(`photo?openid=${encodeURIComponent(openid)}`, file, file.type || "image/jpeg");

function choose(who) {
  localStorage.setItem("openid", (openid = who));
  refresh();
  loadPanels();
}
function press(path, button) {
  if (button.type.startsWith("pic")) return $("photo").click();
  if (/^https?:/.test(button.url ?? "")) window.open(button.url, "_blank", "noopener");
  const result = button.type.startsWith("scancode") ? prompt("扫到的内容") ?? "" : "";
  return act("press", { path, result });
}

const changed = (name, value) => drawn[name] !== (drawn[name] = JSON.stringify(value));
function showChat(bubbles) {
  const here = openid + year(Date.now() + ahead); // in another year the stamps say which
  if (drawn.openid !== here) {
    $("chat").replaceChildren();
    Object.assign(drawn, { openid: here, bubble: 0, stamp: 0 });
  }
  const fresh = bubbles.filter((one) => one.id > drawn.bubble);
  for (const one of fresh) {
    if (Math.abs(new Date(one.at) - drawn.stamp) > PAUSE) $("chat").append(drawStamp(one.at, Date.now() + ahead));
    $("chat").append(drawBubble(one, title, (line) => act("tap", line)));
    Object.assign(drawn, { bubble: one.id, stamp: +new Date(one.at) });
  }
  if (fresh.length) $("chat").scrollTop = $("chat").scrollHeight;
}
function showPeople(people) {
  const me = people.find((one) => one.openid === openid);
  if (!me && people.length) return choose(people[0].openid);
  if (changed("people", people)) $("picker").replaceChildren(...people.map(drawPerson));
  $("picker").value = openid;
  $("follow").hidden = !me || me.subscribed;
  $("unfollow").hidden = !me?.subscribed;
}
function showTraffic(exchanges) {
  for (const one of exchanges.filter((each) => each.id > drawn.exchange)) {
    drawn.exchange = one.id;
    $("exchanges").prepend(drawExchange(one));
  }
  while ($("exchanges").children.length > 200) $("exchanges").lastChild.remove();
}
function tick() {
  const now = Date.now() + ahead;
  $("now").textContent = full(now);
  $("now-small").textContent = dated(now, Date.now());
  $("now-small").classList.toggle("moved", Math.abs(ahead) > 60e3);
  $("phone-time").textContent = hour(now);
}

let asking = false, again = false, reloading = 0;
async function refresh() {
  again = asking;
  if (asking) return;
  asking = true;
  const asked = openid;
  try {
    const state = await (await fetch(`/sandbox/state?openid=${encodeURIComponent(asked)}&since=${drawn.exchange}&seen=${seen()}`)).json();
    ahead = new Date(state.clock.now) - Date.now();
    tick(); showPeople(state.people);
    if (changed("menu", state.menu)) $("menu").replaceChildren(...state.menu.map((one, i) => drawButton(one, [i], press)));
    showTraffic(state.traffic);
    drawJourney(state.journey); drawPushed(state, openid, choose);
    if (asked === openid) showChat(state.bubbles);
    $("agent").hidden = !state.session;
    $("account").textContent = state.typing ? "对方正在输入…" : title;
  } finally { asking = false; }
  if (again) refresh();
}

function loadPanels() {
  document.querySelectorAll("[data-page]").forEach((one) => {
    one[one.tagName === "A" ? "href" : "src"] = one.dataset.page.replace("{openid}", encodeURIComponent(openid));
  });
}
function reloadPanels() {
  clearTimeout(reloading);
  reloading = setTimeout(loadPanels, 400);
}
const bell = new EventSource("/sandbox/events");
bell.onopen = () => {
  $("exchanges").replaceChildren(); // after a restart the sandbox counts anew
  Object.assign(drawn, { openid: null, exchange: 0 });
  forget();
  refresh();
};
bell.onmessage = (event) => {
  refresh();
  if (["chat", "clock"].includes(event.data)) reloadPanels();
};

const on = (id, deed) => { $(id).onsubmit = (event) => { event.preventDefault(); deed(); }; };
const taken = (id) => { const words = $(id).value.trim(); $(id).value = ""; return words; };
on("say", () => { const text = taken("text"); if (text) act("say", { text }); });
on("agent", () => { const text = taken("agent-text"); if (text) act("agent", { text }); });
const travel = (where) => act("journey", where).then(refresh);
on("travel", () => {
  const back = new Date(`${$("to").value}+08:00`) <= Date.now() + ahead;
  return back ? act("clock", { to: $("to").value }) : travel({ to: $("to").value });
});
$("stop").onclick = () => travel({ stop: true });
$("only-me").onchange = refresh;
document.querySelectorAll("[data-run]").forEach((one) => { one.onclick = () => travel(JSON.parse(one.dataset.run)); });
on("more-form", () => { const scene = taken("scene"); $("more").open = false; if (scene) act("scan", { scene }); });
on("joining", async () => {
  $("newcomer").click();
  const joined = await send("follow", JSON.stringify({ name: taken("new-name"), scene: taken("new-scene") }));
  if (joined.openid) choose(joined.openid);
});
$("newcomer").onclick = (event) => {
  $("joining").hidden = !$("joining").hidden;
  event.target.ariaExpanded = String(!$("joining").hidden);
  if (!$("joining").hidden) $("new-name").focus();
};
$("picker").onchange = () => choose($("picker").value);
$("photo").onchange = () => { const [file] = $("photo").files; if (file) sendPhoto(file); $("photo").value = ""; };
$("close-session").onclick = () => act("close-session");
const PLACE = { latitude: 31.2304, longitude: 121.4737, label: "上海市黄浦区人民广场" };
for (const [id, deed, more] of [["location", "location", PLACE], ["follow", "follow"], ["unfollow", "unfollow"]]) {
  $(id).onclick = () => { $("more").open = false; act(deed, more); };
}
document.querySelectorAll("[data-move]").forEach((one) => { one.onclick = () => act("clock", JSON.parse(one.dataset.move)); });

document.onclick = ({ target }) => document.querySelectorAll(".phone details").forEach((one) => {
  if (!one.contains(target) || target.closest(".subs")) one.open = false; // an open menu closes
});
const tabs = [...document.querySelectorAll("[role=tab]")];
function open(tab) {
  for (const one of tabs) {
    one.ariaSelected = String(one === tab);
    one.tabIndex = one === tab ? 0 : -1;
    $(one.getAttribute("aria-controls")).hidden = one !== tab;
  }
}
tabs.forEach((tab, i) => {
  tab.onclick = () => open(tab);
  tab.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) { const next = tabs[(i + step + tabs.length) % tabs.length]; open(next); next.focus(); }
  };
});
open(tabs[0]);
loadPanels();
setInterval(tick, 1000);
