// How things look: bubbles, lines, menu buttons, exchanges. Only textContent: nothing from the
// product is ever read as markup.
export const make = (tag, props = {}, ...kids) => {
  const { testid, ...rest } = props;
  const node = Object.assign(document.createElement(tag), rest);
  if (testid) node.dataset.testid = testid;
  node.append(...kids.filter((kid) => kid !== null));
  return node;
};

const HOUR = { hour: "2-digit", minute: "2-digit" };
const DAY = { month: "long", day: "numeric", ...HOUR };
export const local = (at, options) =>
  new Date(at).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false, ...options });
export const hour = (at) => local(at, HOUR);
export const day = (at) => local(at, DAY);
export const full = (at) => local(at, { year: "numeric", weekday: "long", second: "2-digit", ...DAY });

const web = (url) => (/^https?:/.test(url) ? { href: url, target: "_blank", rel: "noopener" } : {});

const CARDS = ["template", "once"];
function part(one, tap) {
  if (one.kind === "tap") {
    const onclick = () => tap({ content: one.content, menu_id: one.menu_id });
    return make("button", { type: "button", className: "line", testid: "line", textContent: one.text, onclick });
  }
  if (one.kind === "link") return make("a", { ...web(one.href), textContent: one.text });
  return document.createTextNode(one.text);
}

function article(one) {
  const picture = /^https?:/.test(one.picture) ? make("img", { src: one.picture, alt: "" }) : null;
  const title = make("strong", { textContent: one.title });
  return make("a", web(one.url), picture, title, make("span", { textContent: one.description }));
}

function card(bubble) {
  const rows = bubble.card.map(([label, value]) =>
    make("div", {}, make("dt", { textContent: label }), make("dd", { textContent: value })));
  const words = bubble.parts.length ? make("p", {}, ...bubble.parts.map((one) => part(one))) : null;
  const link = bubble.href ? make("a", { className: "open", ...web(bubble.href), textContent: "查看详情" }) : null;
  return make("div", { className: "card", testid: "card" },
    make("strong", { textContent: bubble.text }), make("dl", {}, ...rows), words, link);
}

function body(bubble, tap) {
  if (CARDS.includes(bubble.kind)) return card(bubble);
  if (bubble.kind === "image") {
    const lost = (event) => event.target.replaceWith("［图片已过期］");
    return make("img", { src: `/sandbox/media/${bubble.media_id}`, alt: "照片", onerror: lost });
  }
  if (bubble.kind === "voice") return make("span", { textContent: "🔊 语音" });
  if (["video", "shortvideo"].includes(bubble.kind)) return make("span", { textContent: "🎬 视频" });
  if (bubble.kind === "location") return make("span", { textContent: `📍 ${bubble.text}` });
  if (bubble.articles.length) return make("div", { className: "articles" }, ...bubble.articles.map(article));
  return make("div", { className: "words" }, ...bubble.parts.map((one) => part(one, tap)));
}

export function drawBubble(bubble, title, tap) {
  const item = make("div", { className: `bubble ${bubble.who} ${bubble.kind}`, testid: "bubble" });
  item.dataset.who = bubble.who;
  if (bubble.who === "notice") {
    item.append(make("span", { textContent: bubble.text }));
    if (bubble.note) {
      item.dataset.testid = "unavailable";
      item.append(make("small", { textContent: bubble.note }));
    }
    return item;
  }
  const face = { me: "我", agent: "客", account: title[0] }[bubble.who];
  const note = bubble.note ? make("small", { textContent: bubble.note }) : null;
  if (!CARDS.includes(bubble.kind)) item.append(make("i", { className: "face", ariaHidden: "true", textContent: face }));
  item.append(make("div", { className: "box" }, body(bubble, tap), note));
  return item;
}

export const year = (at) => local(at, { year: "numeric" });
export const dated = (at, now) => (year(at) === year(now) ? day(at) : year(at) + day(at));
export const drawStamp = (at, now) => make("div", { className: "stamp", textContent: dated(at, now) });

export function drawPerson(person) {
  const words = [person.name || person.openid, person.note, person.subscribed ? "" : "未关注"];
  return make("option", { value: person.openid, textContent: words.filter(Boolean).join(" · ") });
}

export function drawButton(button, path, press) {
  if (!button.sub_button?.length) {
    const onclick = () => press(path, button);
    return make("button", { type: "button", testid: "menu-button", textContent: button.name, onclick });
  }
  const subs = button.sub_button.map((sub, i) => drawButton(sub, [...path, i], press));
  const name = make("summary", { testid: "menu-parent", textContent: button.name });
  return make("details", { name: "menu" }, name, make("div", { className: "subs" }, ...subs));
}

const pretty = (words) => (words.startsWith("<xml>") ? words.replace(/(<xml>|<\/\w+>)(?=<)/g, "$1\n") : words);

function half(label, words) {
  const shown = make("pre", { tabIndex: 0, textContent: pretty(words) || "（空）" });
  return make("div", {}, make("p", { textContent: label }), shown);
}

export function drawExchange(one) {
  const failed = /"errcode": (?!0\b)/.test(one.reply);
  const bad = one.note || failed || (one.status !== null && one.status !== 200);
  const outcome = one.note || one.status || "无应答";
  const head = make("summary", {},
    make("b", { textContent: one.way === "callback" ? "推送" : "接口" }),
    make("span", { className: "what", textContent: one.title }),
    one.attempt > 1 ? make("em", { textContent: `第 ${one.attempt} 次` }) : null,
    make("small", { textContent: `${outcome} · ${one.milliseconds} ms · ${local(one.at, { ...HOUR, second: "2-digit" })}` }));
  const inside = make("details", {}, head, half("请求", one.request), half("应答", one.reply));
  return make("li", { className: `${one.way}${bad ? " bad" : ""}`, testid: "exchange" }, inside);
}
