// Elements made from code. Words enter a page as text nodes only, so nothing that was said can become markup.

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function hiddenLabel(words) {
  return element("span", { className: "chat-unseen" }, words);
}

export function icon(name) {
  return element("span", { className: `chat-icon chat-icon-${name}`, ariaHidden: "true" });
}
