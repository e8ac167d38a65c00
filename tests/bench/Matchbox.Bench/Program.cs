using Matchbox.Bench;

// One service of the appliance alone, for the load clients beside this project: Matchbox.Bench SERVICE [OPTIONS].
switch (args)
{
    case ["tftp", .. var rest]:
        return await TftpService.RunAsync(rest);
    default:
        Console.Error.WriteLine("Matchbox.Bench tftp --root FOLDER [--listen 0.0.0.0] [--port 69] [--max-block 1468] [--threads 0] [--per-source 16]");
        return 2;
}
