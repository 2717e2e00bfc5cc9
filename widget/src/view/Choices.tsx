import type { Button } from "../chat/contract";
import { sayByButton, useSession } from "../session";

export function Choices({ choices }: { choices: Button[] }) {
  const session = useSession();
  return (
    <div class="choices">
      {choices.map((choice) => (
        <button
          type="button"
          class="choice"
          dir="auto"
          key={choice.id}
          onClick={() => sayByButton(session, (conversation) => conversation.choose(choice))}
        >
          {choice.title}
        </button>
      ))}
    </div>
  );
}
