import { plainName, save } from "../chat/files";
import type { FileShown } from "../chat/contract";
import { remark, useSession } from "../session";
import { fileSize } from "../words";
import { Icon } from "./icons";
import { IconButton } from "./IconButton";

/** Files that belong to the conversation. They are saved, never shown: whatever they hold stays outside the page. */
export function FileChips({ files }: { files: FileShown[] }) {
  const session = useSession();
  const { strings } = session.language;
  const fetchIt = async (file: FileShown) => {
    const { server, token } = session.conversation;
    try {
      await save(server, token ?? "", file);
    } catch {
      remark(session, strings.saveFailed);
    }
  };
  return (
    <ul class="files">
      {files.map((file) => (
        <li class="file" key={file.id}>
          <Icon name="file" />
          <bdi class="file-name">{plainName(file.name)}</bdi>
          <small>{fileSize(file.bytes, session.locale)}</small>
          <IconButton icon="save" label={strings.save(plainName(file.name))} onClick={() => void fetchIt(file)} />
        </li>
      ))}
    </ul>
  );
}
