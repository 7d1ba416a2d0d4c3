// Keys and live parts of the desk. Every key only does what a link, a button or a field on the page does without it.
"use strict";

(() => {
  let leaving = false;
  let moving = null;
  const byId = (id) => document.getElementById(id);

  const isTyping = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");

  // Offsets are code points from the start of the article; JavaScript counts UTF-16 units.
  const offsetOf = (node, units) => {
    const before = Array.from(node.data.slice(0, units)).length;
    return Number(node.parentElement.closest("[data-at]").dataset.at) + before;
  };

  // Gives [start, end, text] of what is selected in the article, or null.
  const selectedSpan = () => {
    const article = byId("article");
    const selection = window.getSelection();
    if (!article || !selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const texts = [];
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (range.intersectsNode(node) && node.parentElement.closest("[data-at]")) texts.push(node);
    }
    if (!texts.length) return null;
    const first = texts[0];
    const last = texts[texts.length - 1];
    const start = offsetOf(first, first === range.startContainer ? range.startOffset : 0);
    const end = offsetOf(last, last === range.endContainer ? range.endOffset : last.data.length);
    return start < end ? [start, end, selection.toString()] : null;
  };

  const fillMark = (start, end, words) => {
    byId("mark-start").value = start;
    byId("mark-end").value = end;
    if (words !== undefined) byId("mark-quote").value = words;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || leaving) return;
    const typing = isTyping(event.target);
    if (event.key === "Escape" && typing) event.target.blur();
    if (typing) return;
    // Enter on a link or button is the browser's own.
    if (event.key === "Enter" && event.target.closest("a, button, summary, label")) return;
    const span = /^[1-4]$/.test(event.key) ? selectedSpan() : null;
    const wanted = span ? `[data-mark="${event.key}"]` : `[data-key="${CSS.escape(event.key)}"]`;
    const target = document.querySelector(wanted);
    if (!target || target.disabled) return;
    event.preventDefault();
    // While an edge moves, the page still shows where it was: only another move may follow.
    if (moving && !target.matches(".edges a")) return;
    if (span) fillMark(...span);
    if (target.matches("input, select")) {
      target.focus();
      if (target.select) target.select();
    } else {
      target.click();
    }
  });

  // A second press while the page is changing must not decide the next mention unseen.
  document.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("pageshow", () => {
    leaving = false;
    moving = null;
  });

  // On a click the selection may be gone before the form is sent.
  document.addEventListener("selectionchange", () => {
    const span = selectedSpan();
    if (span) fillMark(...span);
  });
  byId("mark-quote")?.addEventListener("input", () => fillMark("", ""));

  // To move an edge is to open another address; what was typed beside it goes along.
  document.addEventListener("click", (event) => {
    const edge = event.target.closest(".edges a");
    if (!edge || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const address = new URL(edge.dataset.href ??= edge.href);
    // A press before the page has changed goes on from where the press before it leads.
    const span = ["start", "end"].map((name) => {
      const there = Number(address.searchParams.get(name));
      const shown = Number(document.querySelector(`.decide [name="${name}"]`).value);
      const at = Math.max(moving ? there + Number(moving.searchParams.get(name)) - shown : there, 0);
      address.searchParams.set(name, at);
      return at;
    });
    const isHere = address.search === location.search;
    // Edges that hold nothing lead nowhere, and a link to the page's own address loads no page.
    if (span[0] >= span[1] || isHere) {
      event.preventDefault();
      if (moving && isHere) location.reload();
      return;
    }
    moving = address;
    for (const field of document.querySelectorAll(".decide input[name]:not([type=hidden]):not([type=checkbox])")) {
      if (field.value !== field.defaultValue) address.searchParams.set(field.name, field.value);
    }
    const typed = new URL(location.href).searchParams;
    for (const [name, value] of typed) {
      if (/^(entity|reason|value_\w+)$/.test(name) && document.querySelector(`.decide [name="${name}"]`)
          && !address.searchParams.has(name)) address.searchParams.set(name, value);
    }
    edge.href = address;
  });

  // Times are kept in UTC and read where the reviewer is.
  for (const time of document.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const two = (number) => String(number).padStart(2, "0");
    time.title = time.textContent;
    time.textContent = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
  }

  // The others' work, while the page is looked at: a hidden page must not hold one of the browser's few connections.
  const bar = byId("progress");
  let stream = null;
  const listen = () => {
    if (stream || document.hidden || !bar) return;
    const panel = document.querySelector("[data-live]");
    const query = new URLSearchParams(panel ? { mention: panel.dataset.live, known: panel.dataset.known } : {});
    stream = new EventSource(`/live?${query}`);
    stream.addEventListener("message", (event) => {
      const now = JSON.parse(event.data);
      bar.max = now.total || 1;
      bar.value = now.decided;
      byId("progress-text").textContent = now.text;
      const news = byId("news");
      if (news && now.news) {
        news.textContent = now.news;
        news.hidden = false;
      }
    });
    stream.addEventListener("end", quiet);
  };
  const quiet = () => {
    stream?.close();
    stream = null;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? quiet() : listen()));
  window.addEventListener("pagehide", quiet);
  // Who decides fast sees each page as it is; only who stays needs news.
  setTimeout(listen, 2000);
})();
