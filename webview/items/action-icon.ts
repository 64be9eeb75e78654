/** The codicon of each member of the computer and browser toolsets, and of the other tools. */
const ICONS: Readonly<Record<string, string>> = {
  navigate: 'globe',
  screenshot: 'device-camera',
  zoom: 'zoom-in',
  left_click: 'inspect',
  right_click: 'inspect',
  middle_click: 'inspect',
  double_click: 'inspect',
  triple_click: 'inspect',
  hover: 'target',
  mouse_move: 'target',
  cursor_position: 'target',
  left_mouse_down: 'arrow-circle-down',
  left_mouse_up: 'arrow-circle-up',
  left_click_drag: 'move',
  scroll: 'fold',
  scroll_to: 'fold',
  type: 'symbol-key',
  form_input: 'symbol-key',
  key: 'keyboard',
  hold_key: 'keyboard',
  wait: 'watch',
  new_tab: 'add',
  list_tabs: 'browser',
  switch_tab: 'browser',
  close_tab: 'close',
  find: 'search',
  read_page: 'book',
  get_page_text: 'book',
  file_upload: 'cloud-upload',
  read_console: 'terminal',
  read_network: 'pulse',
  javascript_exec: 'code',
  bash: 'terminal',
  str_replace_based_edit_tool: 'edit',
};

/** The codicon of an action, without its `codicon-` prefix. Members and tools it does not know get a plain one. */
export function actionIcon(toolset: string, member: string): string {
  if (Object.hasOwn(ICONS, member)) return ICONS[member] ?? 'tools';
  if (Object.hasOwn(ICONS, toolset)) return ICONS[toolset] ?? 'tools';
  return 'tools';
}
