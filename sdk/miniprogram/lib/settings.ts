// To be set for the deployment. The server's domain must stand on the mini-program's list of request domains.
export const settings = {
  server: 'https://shouxin.example.com',
  notice: 'marketing',
  language: 'zh' as 'zh' | 'en',
}
