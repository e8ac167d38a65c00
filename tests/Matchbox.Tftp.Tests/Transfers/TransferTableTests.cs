using Matchbox.Protocols;
using Matchbox.Protocols.Tftp;
using Matchbox.Tftp.Transfers;
using Matchbox.Tftp.Transport;

namespace Matchbox.Tftp.Tests.Transfers;

public sealed class TransferTableTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);
    private readonly TransferTable _table = new(new TftpSettings { MaxTransfers = 5, MaxTransfersPerSource = 2 });

    private static UdpEndpoint Client(int host, int port) => new(new IPv4Address(0x0a000000u + (uint)host), (ushort)port);

    private static TftpRequest Request(string name) => new() { IsWrite = false, FileName = name };

    private Admission Admit(UdpEndpoint client, out TransferSlot? slot, TimeSpan after = default) =>
        _table.TryAdmit(client, Request("file"), Start + after, out slot, out _);

    [Fact]
    public void One_source_has_its_share_only()
    {
        Assert.Equal(Admission.Admitted, Admit(Client(1, 1), out var first));
        Assert.Equal(Admission.Admitted, Admit(Client(1, 2), out _));
        Assert.Equal(Admission.TooManyFromSource, Admit(Client(1, 3), out _));
        Assert.Equal(Admission.Admitted, Admit(Client(2, 1), out _));
        _table.Release(first!);
        Assert.Equal(Admission.Admitted, Admit(Client(1, 3), out _));
    }

    [Fact]
    public void All_together_have_a_limit()
    {
        for (var host = 1; host <= 5; host++)
        {
            Assert.Equal(Admission.Admitted, Admit(Client(host, 1), out _));
        }
        Assert.Equal(Admission.TooMany, Admit(Client(6, 1), out _));
        Assert.Equal(5, _table.Count);
    }

    [Fact]
    public void A_request_again_from_the_same_port_is_no_second_transfer()
    {
        Admit(Client(1, 2070), out var slot);
        Assert.Equal(Admission.Duplicate, Admit(Client(1, 2070), out _, after: TimeSpan.FromSeconds(5)));
        slot!.Progressed(Start + TimeSpan.FromSeconds(5));
        Assert.Equal(Admission.Duplicate, Admit(Client(1, 2070), out _, after: TimeSpan.FromSeconds(5.9)));
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void A_machine_that_was_switched_off_in_the_middle_starts_anew_from_the_same_port()
    {
        Admit(Client(1, 2070), out var old);
        old!.Progressed(Start);
        Assert.Equal(Admission.Admitted, _table.TryAdmit(Client(1, 2070), Request("file"), Start + TimeSpan.FromSeconds(2), out var anew, out var superseded));
        Assert.Same(old, superseded);
        Assert.True(old.Superseded);

        _table.Release(old);            // late: must not free the successor's place
        Assert.Equal(Admission.Duplicate, Admit(Client(1, 2070), out _, after: TimeSpan.FromSeconds(2)));
        _table.Release(anew!);
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void The_next_file_from_the_same_port_need_not_wait_for_the_end_of_the_last()
    {
        Admit(Client(1, 2070), out var first);
        Assert.Equal(Admission.Admitted, _table.TryAdmit(Client(1, 2070), Request("next"), Start, out var next, out var superseded));
        Assert.Same(first, superseded);
        Assert.NotNull(next);
    }
}
