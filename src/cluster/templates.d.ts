// Templates are imported as text and so travel in the program.
declare module "*.eta" {
  const text: string;
  export default text;
}
