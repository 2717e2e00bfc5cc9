import { Icon, type IconName } from "./icons";

interface Props {
  icon: IconName;
  label: string;
  onClick: () => void;
  expanded?: boolean;
}

export function IconButton({ icon, label, onClick, expanded }: Props) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} aria-expanded={expanded} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
