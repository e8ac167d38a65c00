namespace Matchbox.Dhcp.V4.Quirks;

/// <summary>Every rule, in the order of writing. A new quirk is one more line here, with a test.</summary>
internal static class BootRules
{
    public static readonly BootRule[] All =
    [
        // First what an operator may have set for all clients and this one must not see.
        ClassRules.NoClassForOrdinaryClients,

        FileRules.NextServer,
        FileRules.FileField,
        FileRules.FileOptionWhenAsked,
        FileRules.ServerNameWhenAsked,
        FileRules.ServerAddressesWhenAsked,

        ClassRules.HttpClientIsEchoed,
        ClassRules.FirmwareBootsTheOfferedFile,
        ClassRules.IpxeNeedsNoClassWithLease,
        ClassRules.ProxyOffersAreMarked,
        ClassRules.UefiAsksPort4011,
        ClassRules.BootItemIsEchoed,
        ClassRules.MachineIdIsEchoed,

        IpxeRules.NoWaitForProxies,

        RaspberryPiRules.MenuOfTheRom,
        RaspberryPiRules.NoServerName,
    ];

    public static void Write(BootReply reply)
    {
        foreach (var rule in All)
        {
            if (rule.Applies(reply))
            {
                rule.Write(reply);
            }
        }
    }
}
