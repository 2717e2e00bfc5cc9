import { useEffect, useRef } from "preact/hooks";
import { type Session, SessionContext } from "../session";
import { useStore } from "../store";
import { Announcer } from "./Announcer";
import { ChatPanel } from "./ChatPanel";
import { Launcher } from "./Launcher";

export function App({ session }: { session: Session }) {
  const { open } = useStore(session.panel);
  const root = useRef<HTMLDivElement>(null);
  useFocusBack(root, open);
  const close = () => session.panel.change({ open: false, remark: null });
  return (
    <SessionContext.Provider value={session}>
      <div class={open ? "widget is-open" : "widget"} lang={session.language.tag} ref={root}>
        <ChatPanel open={open} onClose={close} />
        <Launcher onClose={close} />
        <Announcer />
      </div>
    </SessionContext.Provider>
  );
}

/** Closing by whatever way gives the focus to the launcher, if it was in the panel, where it would be lost. */
function useFocusBack(root: { current: HTMLDivElement | null }, open: boolean): void {
  const wasOpen = useRef(open);
  useEffect(() => {
    const hasFocus = (root.current?.getRootNode() as ShadowRoot | undefined)?.host === document.activeElement;
    if (wasOpen.current && !open && (hasFocus || document.activeElement === document.body)) {
      root.current?.querySelector<HTMLElement>(".launcher")?.focus();
    }
    wasOpen.current = open;
  }, [open]);
}
