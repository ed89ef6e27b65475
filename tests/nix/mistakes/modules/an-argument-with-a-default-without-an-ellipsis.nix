{
  environment,
  port ? 8400,
}:
{
  network.listen_port = port;
}
