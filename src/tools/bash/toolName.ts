/** By which the model calls `bash_20250124`. */
export const BASH_TOOL_NAME = 'bash';
