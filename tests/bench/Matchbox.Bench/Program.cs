using Matchbox.Bench;

// Parts of the appliance by themselves: a codec, the journal, the DHCP service.
switch (args)
{
    case ["dhcp", .. var rest]:
        return await DhcpService.RunAsync(rest);
    case ["dhcp-codec"]:
        return DhcpCodec.Run();
    case ["journal", .. var rest]:
        return await LeaseJournalBench.RunAsync(rest.FirstOrDefault());
    case ["butane"]:
        return ButaneBench.Run();
    case ["signing"]:
        return SigningBench.Run();
    case ["catalog"]:
        return CatalogBench.Run();
    case ["live-catalog", .. var rest]:
        return await LiveCatalogBench.RunAsync(rest.FirstOrDefault());
    case ["boot-folder", var folder, var machines]:
        BootFolder.Write(folder, int.Parse(machines, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    default:
        Console.Error.WriteLine("Matchbox.Bench dhcp --interface NAME --address 10.0.0.1 --prefix 24 --pool 10.0.0.10-10.0.0.250 [--mode authoritative|proxy] [--search] [--verbose]");
        Console.Error.WriteLine("Matchbox.Bench dhcp-codec");
        Console.Error.WriteLine("Matchbox.Bench journal [FOLDER]");
        Console.Error.WriteLine("Matchbox.Bench butane");
        Console.Error.WriteLine("Matchbox.Bench signing");
        Console.Error.WriteLine("Matchbox.Bench catalog");
        Console.Error.WriteLine("Matchbox.Bench live-catalog [GROUPS]");
        Console.Error.WriteLine("Matchbox.Bench boot-folder FOLDER MACHINES");
        return 2;
}
