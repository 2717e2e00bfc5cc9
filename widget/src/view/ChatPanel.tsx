import { useEffect, useRef, useState } from "preact/hooks";
import type { Ways } from "../chat/carryOn";
import { useSession } from "../session";
import { useStore } from "../store";
import { CarryOn } from "./CarryOn";
import { Composer } from "./Composer";
import { attach } from "./attaching";
import { useFocusKept } from "./focus";
import { Header } from "./Header";
import { Log } from "./Log";
import { StartOver } from "./StartOver";
import { Status } from "./Status";

interface Props {
  open: boolean;
  onClose: () => void;
}

export function ChatPanel({ open, onClose }: Props) {
  const session = useSession();
  const [aside, setAside] = useState<"start over" | Ways | null>(null);
  const panel = useRef<HTMLElement>(null);
  useFocusKept(panel, open);
  const dropping = useDrop(panel, (files) => attach(session, files));
  const leaveAside = () => {
    setAside(null);
    session.panel.change({ remark: null, focus: session.panel.value.focus + 1 });
  };
  const leaveByEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    if (aside) leaveAside();
    else onClose();
  };
  return (
    <section class="panel" role="dialog" aria-label={session.title} hidden={!open} ref={panel} onKeyDown={leaveByEscape}>
      <Header onClose={onClose} onStartOver={() => setAside("start over")} onCarryOn={setAside} />
      <Log open={open} />
      <Status />
      {aside === "start over" && <StartOver onDone={leaveAside} />}
      {aside && aside !== "start over" && <CarryOn ways={aside} onDone={leaveAside} />}
      {!aside && <Composer />}
      {dropping && <p class="drop">{session.language.strings.drop}</p>}
    </section>
  );
}

/** Takes files that are dropped anywhere on the panel, where the server takes files at all. */
function useDrop(panel: { current: HTMLElement | null }, take: (files: File[]) => void): boolean {
  const takesFiles = useStore(useSession().conversation.chat).limits !== null;
  const [dropping, setDropping] = useState(false);
  useEffect(() => {
    const element = panel.current;
    if (!element || !takesFiles) return;
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setDropping(true);
    };
    const leave = (event: DragEvent) => {
      if (!element.contains(event.relatedTarget as Node | null)) setDropping(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setDropping(false);
      take([...(event.dataTransfer?.files ?? [])]);
    };
    const ending = new AbortController();
    element.addEventListener("dragover", over, ending);
    element.addEventListener("dragleave", leave, ending);
    element.addEventListener("drop", drop, ending);
    return () => ending.abort();
  }, [takesFiles]);
  return dropping;
}
