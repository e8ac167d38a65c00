using Matchbox.Bench;

// One service of the appliance alone, for the load clients beside this project: Matchbox.Bench SERVICE [OPTIONS]; or a codec by itself.
switch (args)
{
    case ["tftp", .. var rest]:
        return await TftpService.RunAsync(rest);
    case ["dhcp", .. var rest]:
        return await DhcpService.RunAsync(rest);
    case ["http", .. var rest]:
        return await HttpService.RunAsync(rest);
    case ["dhcp-codec"]:
        return DhcpCodec.Run();
    case ["journal", .. var rest]:
        return await LeaseJournalBench.RunAsync(rest.FirstOrDefault());
    default:
        Console.Error.WriteLine("Matchbox.Bench tftp --root FOLDER [--listen 0.0.0.0] [--port 69] [--max-block OCTETS] [--threads 0] [--per-source 16]");
        Console.Error.WriteLine("Matchbox.Bench dhcp --interface NAME --address 10.0.0.1 --prefix 24 --pool 10.0.0.10-10.0.0.250 [--mode authoritative|proxy] [--search] [--verbose]");
        Console.Error.WriteLine("Matchbox.Bench http --root FOLDER [--listen 0.0.0.0] [--port 8080]");
        Console.Error.WriteLine("Matchbox.Bench dhcp-codec");
        Console.Error.WriteLine("Matchbox.Bench journal [FOLDER]");
        return 2;
}
