/** Settings of one SAM server, as the systems file gives them. */
import type { HttpLinkSetting } from '../../http/types.ts';

export interface SamSetting extends HttpLinkSetting {
  name: string;
  /** Base URL with `/sam/.../api`; `{experiment}` stands for the experiment. */
  url: string;
  /** The SAM group of what POMS defines. Null: the experiment. */
  group: string | null;
}
