using Matchbox.Core.Leases;
using Matchbox.Core.Leases.Import;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Leases;

public class LeaseImportTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 20, 57, 0, TimeSpan.Zero);

    [Fact]
    public void A_file_of_dnsmasq_is_read()
    {
        var result = Read("dnsmasq.leases");
        Assert.Equal(LeaseFileKind.Dnsmasq, result.Kind);
        Assert.Empty(result.Faults);
        Assert.Equal(
            ["10.55.0.109 52:54:00:55:00:01 node1 Bound", "10.55.0.110 52:54:00:55:00:02  Bound", "10.55.0.111 52:54:00:55:00:03 node3 Bound"],
            result.Leases.Select(Line));
        Assert.Equal([1, 0x52, 0x54, 0, 0x55, 9, 1], result.Leases[0].ClientId);
        Assert.Equal((Now, DateTimeOffset.FromUnixTimeSeconds(1795470978)), (result.Leases[0].Granted, result.Leases[0].Expires));
    }

    [Fact]
    public void A_file_of_Kea_is_read_and_the_last_line_of_an_address_counts()
    {
        var result = Read("kea-leases4.csv");
        Assert.Equal(LeaseFileKind.Kea, result.Kind);
        Assert.Empty(result.Faults);
        Assert.Equal(
            ["10.55.0.100 52:54:00:55:00:01 node1 Bound", "10.55.0.101 52:54:00:55:00:02  Bound", "10.55.0.102 52:54:00:55:00:03  Bound"],
            result.Leases.Select(Line));
        Assert.Empty(result.Leases[2].ClientId);
    }

    [Fact]
    public void A_file_of_dhcpd_is_read_past_all_that_is_no_lease()
    {
        var result = Read("dhcpd.leases");
        Assert.Equal(LeaseFileKind.IscDhcpd, result.Kind);
        Assert.Empty(result.Faults);
        Assert.Equal(
            ["10.55.0.100 52:54:00:55:00:01 node1b Bound", "10.55.0.101 52:54:00:55:00:02  Released", "10.55.0.102   Declined", "10.55.0.103 52:54:00:55:00:04  Bound"],
            result.Leases.Select(Line));
        Assert.Equal([1, 0x52, 0x54, 0, 0x55, 0, 1], result.Leases[0].ClientId);
        Assert.Equal([1, 0x52, 0x54, 0, 0x55, 0, 2], result.Leases[1].ClientId);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 21, 30, 0, TimeSpan.Zero), result.Leases[0].Expires);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 19, 0, 0, TimeSpan.Zero), result.Leases[1].Expires);
        Assert.Equal(Now.AddHours(24), result.Leases[2].Expires);
        Assert.Equal(DateTimeOffset.MaxValue, result.Leases[3].Expires);
    }

    [Fact]
    public void States_and_endless_leases_of_Kea()
    {
        var result = LeaseImport.Read(new StringReader("""
            address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
            10.0.0.1,,01:02,4294967295,1795471030,1,0,0,a&#x2cb,0,,0
            10.0.0.2,,,86400,1795500000,1,0,0,,1,,0
            10.0.0.3,02:00:00:00:00:03,,3600,1795460000,1,0,0,,2,,0
            10.0.0.4,02:00:00:00:00:04,,0,1795471030,1,0,0,,0,,0
            """), Now);
        Assert.Empty(result.Faults);
        Assert.Equal(
            ["10.0.0.1  a,b Bound", "10.0.0.2   Declined", "10.0.0.3 02:00:00:00:00:03  Released", "10.0.0.4 02:00:00:00:00:04  Released"],
            result.Leases.Select(Line));
        Assert.Equal(DateTimeOffset.MaxValue, result.Leases[0].Expires);
    }

    [Fact]
    public void Endless_leases_other_links_and_IPv6_of_dnsmasq()
    {
        var result = LeaseImport.Read(new StringReader("""
            0 52:54:00:55:00:01 10.0.0.1 * *
            1795471030 20-fe:80:00:00:00:00:00:01 10.0.0.2 * 01:02
            duid 00:01:00:01:2d:a1:96:34:52:54:00:12:34:56
            1795471030 5571841 fd00::1 node *
            """), Now);
        Assert.Empty(result.Faults);
        Assert.Equal(["10.0.0.1 52:54:00:55:00:01  Bound", "10.0.0.2 fe:80:00:00:00:00:00:01  Bound"], result.Leases.Select(Line));
        Assert.Equal(DateTimeOffset.MaxValue, result.Leases[0].Expires);
    }

    [Theory]
    [InlineData(LeaseFileKind.Dnsmasq, "1795471030 52:54:00:55:00:01 10.0.0.1 *", "1: 4 fields instead of 5")]
    [InlineData(LeaseFileKind.Dnsmasq, "0 52:54:00:55:00:01 10.0.0.1 * *\nx 1 2 3 4", "2: 'x' is no time")]
    [InlineData(LeaseFileKind.Dnsmasq, "1 zz 10.0.0.1 * *", "1: 'zz' is no hardware address")]
    [InlineData(LeaseFileKind.Dnsmasq, "1 * 10.0.0 * *", "1: '10.0.0' is no IPv4 address")]
    [InlineData(LeaseFileKind.Kea, "address,hwaddr,client_id,valid_lifetime,expire,hostname,state\n10.0.0.x,,,1,1,,0", "2: '10.0.0.x' is no IPv4 address")]
    [InlineData(LeaseFileKind.Kea, "address,hwaddr,client_id,valid_lifetime,expire,hostname,state\n10.0.0.1,,,1,1,,9", "2: state '9' is unknown")]
    [InlineData(LeaseFileKind.Kea, "address,hwaddr,client_id,valid_lifetime,expire,hostname,state\n10.0.0.1", "2: expire or valid_lifetime is no number")]
    [InlineData(LeaseFileKind.Kea, "address,hwaddr\n", "1: the header has no column 'client_id'")]
    [InlineData(LeaseFileKind.IscDhcpd, "lease 10.0.0.1 {\n  ends 1 yesterday noon;\n}", "2: 'ends 1 yesterday noon;' is no time")]
    [InlineData(LeaseFileKind.IscDhcpd, "lease 10.0.0.1 {\n  ends never;\n", "1: the lease has no end")]
    [InlineData(LeaseFileKind.IscDhcpd, "failover peer {\n  {\n}\n", "1: the block has no end")]
    public void A_fault_names_its_line(LeaseFileKind kind, string text, string fault)
    {
        var result = LeaseImport.Read(new StringReader(text), Now, kind);
        Assert.Equal(fault, string.Join("; ", result.Faults.Select(f => $"{f.Line}: {f.Message}")));
    }

    [Fact]
    public void After_a_fault_the_rest_is_read()
    {
        var result = LeaseImport.Read(new StringReader("lease 10.0.0.1 {\n ends x;\n binding state active;\n}\nlease 10.0.0.2 {\n ends never;\n}\n"), Now);
        Assert.Equal("10.0.0.2", Assert.Single(result.Leases).Address.ToString());
        Assert.Equal(2, Assert.Single(result.Faults).Line);
    }

    [Fact]
    public void A_file_of_nobody_is_refused() =>
        Assert.Throws<FormatException>(() => LeaseImport.Read(new StringReader("{ \"leases\": [] }"), Now));

    [Fact]
    public void Imported_leases_hold_in_the_table_as_long_as_they_did_there()
    {
        var rack = Rack.With();
        var text = $"{TwoClocks.Epoch.AddMinutes(20).ToUnixTimeSeconds()} 52:54:00:00:00:01 10.0.0.10 * *";
        var imported = LeaseImport.Read(new StringReader(text), TwoClocks.Epoch).Leases;
        rack.Restart([.. imported]);
        Assert.Equal(Rack.At(10), rack.Table.ActiveFor(Rack.Mac(1))!.Address);
        rack.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Null(rack.Table.ActiveFor(Rack.Mac(1)));
        Assert.Equal(LeaseChoice.Previous, rack.Offered(Rack.Client(1)).Choice);
    }

    [Fact]
    public void A_running_table_adopts_what_it_has_no_record_of()
    {
        var rack = Rack.With();
        rack.Boot(Rack.Client(5));
        var end = TwoClocks.Epoch.AddMinutes(20).ToUnixTimeSeconds();
        var text = $"{end} 52:54:00:00:00:01 10.0.0.10 * *\n{end} 52:54:00:00:00:02 10.0.0.11 * *\n1 52:54:00:00:00:03 10.0.0.12 * *\n0 52:54:00:00:00:04 10.0.0.13 * *";
        var taken = rack.Table.Adopt(LeaseImport.Read(new StringReader(text), TwoClocks.Epoch).Leases);
        Assert.Equal([Rack.At(11), Rack.At(12), Rack.At(13)], taken.Select(lease => lease.Address));
        Assert.Equal(Rack.Mac(5), rack.Table.OwnerOf(Rack.At(10)));
        Assert.Equal((LeaseChoice.Current, LeaseChoice.Previous), (rack.Offered(Rack.Client(2)).Choice, rack.Offered(Rack.Client(3)).Choice));
        rack.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Null(rack.Table.OwnerOf(Rack.At(11)));
        Assert.Equal(Rack.Mac(4), rack.Table.OwnerOf(Rack.At(13)));
        Assert.Equal(DateTimeOffset.MaxValue, taken[2].Expires);
    }

    private static LeaseImportResult Read(string name)
    {
        using var file = File.OpenText(Path.Combine(AppContext.BaseDirectory, "Leases", "Files", name));
        return LeaseImport.Read(file, Now);
    }

    private static string Line(Lease lease) => $"{lease.Address} {lease.Hardware} {lease.HostName} {lease.State}";
}
