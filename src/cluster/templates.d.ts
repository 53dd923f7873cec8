// Templates are imported as text and so travel in the program.
declare module "*.eta" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: an import with the type "text" has no other form.
  export default text;
}
