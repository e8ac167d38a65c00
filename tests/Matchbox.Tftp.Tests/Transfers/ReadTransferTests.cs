using Matchbox.Protocols.Tftp;
using Matchbox.Tftp.Transfers;

namespace Matchbox.Tftp.Tests.Transfers;

public sealed class ReadTransferTests
{
    private static readonly TftpSettings Settings = new();
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(10);
    private TimeSpan _now = TimeSpan.FromSeconds(1000);

    private static TransferStep Data(long first, int count = 1) => new(TransferAction.SendData, first, count);

    private static readonly TransferStep OptionAck = new(TransferAction.SendOptionAck);
    private static readonly TransferStep Finish = new(TransferAction.Finish);
    private static readonly TransferStep GiveUp = new(TransferAction.GiveUp);

    private static ReadTransfer Transfer(long lastBlock, int? window = null, bool options = false, int? timeout = null)
    {
        var request = new TftpRequest
        {
            IsWrite = false,
            FileName = "f",
            Options = new TftpOptions { WindowSize = window, BlockSize = options ? 512 : null, Timeout = timeout },
        };
        var transfer = new ReadTransfer(Negotiation.For(request, (lastBlock * 512) - 1, 1500, Settings), Settings);
        transfer.EndsWith(lastBlock);
        return transfer;
    }

    private TransferStep Ack(ReadTransfer transfer, long block, TimeSpan? after = null)
    {
        _now += after ?? RoundTrip;
        return transfer.OnAck((ushort)block, _now);
    }

    [Fact]
    public void Lock_step_without_options_starts_with_one_block()
    {
        var transfer = Transfer(lastBlock: 3);
        Assert.Equal(Data(1), transfer.Start(_now));
        Assert.Equal(Data(2), Ack(transfer, 1));
        Assert.Equal(Data(3), Ack(transfer, 2));
        Assert.Equal(Finish, Ack(transfer, 3));
    }

    [Fact]
    public void Options_are_acknowledged_before_any_data()
    {
        var transfer = Transfer(lastBlock: 2, options: true);
        Assert.Equal(OptionAck, transfer.Start(_now));
        Assert.Equal(TransferStep.Wait, Ack(transfer, 1));
        Assert.False(transfer.Heard);
        Assert.Equal(Data(1), Ack(transfer, 0));
        Assert.Equal(Data(2), Ack(transfer, 1));
        Assert.Equal(Finish, Ack(transfer, 2));
    }

    [Fact]
    public void A_repeated_ack_never_repeats_data_in_lock_step()
    {
        var transfer = Transfer(lastBlock: 9);
        transfer.Start(_now);
        Ack(transfer, 1);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(TransferStep.Wait, Ack(transfer, 1, TimeSpan.FromMilliseconds(30)));
        }
        Assert.Equal(Data(3), Ack(transfer, 2));
        Assert.Equal(TransferStep.Wait, Ack(transfer, 1));
        Assert.Equal(0, transfer.Retransmissions);
    }

    [Fact]
    public void A_block_that_was_never_sent_cannot_be_acknowledged()
    {
        var transfer = Transfer(lastBlock: 9);
        transfer.Start(_now);
        Assert.Equal(TransferStep.Wait, Ack(transfer, 2));
        Assert.Equal(TransferStep.Wait, Ack(transfer, 9));
        Assert.Equal(TransferStep.Wait, Ack(transfer, 65535));
        Assert.Equal(0, transfer.Acknowledged);
    }

    [Fact]
    public void A_window_is_sent_at_once_and_acknowledged_by_its_last_block()
    {
        var transfer = Transfer(lastBlock: 10, window: 4);
        Assert.Equal(OptionAck, transfer.Start(_now));
        Assert.Equal(Data(1, 4), Ack(transfer, 0));
        Assert.Equal(Data(5, 4), Ack(transfer, 4));
        Assert.Equal(Data(9, 2), Ack(transfer, 8));
        Assert.Equal(Finish, Ack(transfer, 10));
    }

    [Fact]
    public void A_gap_in_the_window_goes_on_behind_what_arrived()
    {
        var transfer = Transfer(lastBlock: 100, window: 8);
        transfer.Start(_now);
        Ack(transfer, 0);
        Assert.Equal(Data(4, 8), Ack(transfer, 3));
        Assert.Equal(Data(12, 8), Ack(transfer, 11));
        Assert.Equal(5, transfer.Retransmissions);
    }

    [Fact]
    public void A_lost_first_block_is_repeated_once_for_a_repeated_ack()
    {
        var transfer = Transfer(lastBlock: 100, window: 8);
        transfer.Start(_now);
        Ack(transfer, 0);
        Assert.Equal(Data(9, 8), Ack(transfer, 8));
        Assert.Equal(Data(9, 8), Ack(transfer, 8));
        Assert.Equal(TransferStep.Wait, Ack(transfer, 8));
        Assert.Equal(Data(17, 8), Ack(transfer, 16));
    }

    [Fact]
    public void An_ack_that_the_network_doubled_is_no_gap()
    {
        var transfer = Transfer(lastBlock: 100, window: 8);
        transfer.Start(_now);
        Ack(transfer, 0);
        Ack(transfer, 8);
        Assert.Equal(TransferStep.Wait, Ack(transfer, 8, TimeSpan.FromMilliseconds(1)));
        Assert.Equal(0, transfer.Retransmissions);
    }

    [Fact]
    public void A_client_that_acknowledges_each_block_of_a_window_does_not_get_them_twice_over()
    {
        var transfer = Transfer(lastBlock: 1000, window: 8);
        transfer.Start(_now);
        Ack(transfer, 0);
        var sent = 8L;
        for (var block = 1L; transfer.Acknowledged < 800; block++)
        {
            var step = Ack(transfer, block, block % 8 == 1 ? RoundTrip : TimeSpan.FromMicroseconds(20));
            sent += step.Action == TransferAction.SendData ? step.Count : 0;
        }
        Assert.InRange(sent, 800, 1800);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public void Block_numbers_roll_over(int window)
    {
        const long LastBlock = 200_000;
        var transfer = Transfer(LastBlock, window, options: true);
        transfer.Start(_now);
        var step = Ack(transfer, 0);
        var expected = 1L;
        while (step.Action == TransferAction.SendData)
        {
            Assert.Equal(expected, step.First);
            expected += step.Count;
            step = Ack(transfer, step.First + step.Count - 1);
        }
        Assert.Equal(Finish, step);
        Assert.Equal(LastBlock, transfer.Acknowledged);
    }

    [Fact]
    public void Nobody_who_never_answered_gets_more_than_three_packets()
    {
        foreach (var transfer in new[] { Transfer(9), Transfer(9, window: 64) })
        {
            var packets = new List<(TimeSpan After, TransferStep Step)>();
            var start = _now;
            for (var step = transfer.Start(_now); step.Action != TransferAction.GiveUp; step = transfer.OnTimer(_now))
            {
                packets.Add((_now - start, step));
                Assert.Equal(TransferStep.Wait, transfer.OnTimer(transfer.Deadline - TimeSpan.FromTicks(1)));
                _now = transfer.Deadline;
            }
            Assert.Equal([0, 250, 750], packets.Select(packet => packet.After.TotalMilliseconds));
            Assert.All(packets, packet => Assert.True(packet.Step == OptionAck || packet.Step == Data(1)));
            Assert.False(transfer.EverythingSent);
        }
    }

    [Fact]
    public void Waits_follow_the_round_trip_and_double_while_nothing_comes()
    {
        var transfer = Transfer(lastBlock: 1000);
        transfer.Start(_now);
        Assert.Equal(250, (transfer.Deadline - _now).TotalMilliseconds);
        for (var block = 1; block <= 50; block++)
        {
            Ack(transfer, block, TimeSpan.FromMilliseconds(100));
        }
        Assert.InRange((transfer.Deadline - _now).TotalMilliseconds, 100, 150);
        var wait = transfer.Deadline - _now;
        _now = transfer.Deadline;
        Assert.Equal(Data(51), transfer.OnTimer(_now));
        Assert.Equal(wait * 2, transfer.Deadline - _now);
    }

    [Fact]
    public void A_repeated_block_times_no_round_trip()
    {
        var transfer = Transfer(lastBlock: 1000);
        transfer.Start(_now);
        _now = transfer.Deadline;
        transfer.OnTimer(_now);
        Ack(transfer, 1, TimeSpan.FromMilliseconds(1));         // the answer to the first try, most likely
        Assert.Equal(250, (transfer.Deadline - _now).TotalMilliseconds);
    }

    [Fact]
    public void A_silent_client_is_given_up_after_its_time_and_not_before()
    {
        var transfer = Transfer(lastBlock: 1000, window: 4);
        transfer.Start(_now);
        Ack(transfer, 0);
        var heard = _now;
        var step = TransferStep.Wait;
        while (step != GiveUp)
        {
            _now = transfer.Deadline;
            step = transfer.OnTimer(_now);
            Assert.True(step == GiveUp || step == Data(1, 4));
        }
        Assert.InRange(_now - heard, Settings.GiveUpAfter, Settings.GiveUpAfter + Settings.LongestRetransmission);
        Assert.False(transfer.EverythingSent);
    }

    [Fact]
    public void Silence_after_the_last_block_may_be_a_lost_last_ack()
    {
        var transfer = Transfer(lastBlock: 2);
        transfer.Start(_now);
        Ack(transfer, 1);
        var step = TransferStep.Wait;
        while (step != GiveUp)
        {
            _now = transfer.Deadline;
            step = transfer.OnTimer(_now);
        }
        Assert.True(transfer.EverythingSent);
    }

    [Fact]
    public void A_timeout_that_was_agreed_replaces_the_measured_one()
    {
        var transfer = Transfer(lastBlock: 1000, options: true, timeout: 7);
        transfer.Start(_now);
        Ack(transfer, 0);
        Assert.Equal(TimeSpan.FromSeconds(7), transfer.Deadline - _now);
    }

    [Fact]
    public void The_end_may_be_found_on_the_way()
    {
        var transfer = Transfer(lastBlock: long.MaxValue, window: 8);
        transfer.Start(_now);
        Assert.Equal(Data(1, 8), Ack(transfer, 0));
        transfer.EndsWith(5);
        Assert.Equal(TransferStep.Wait, Ack(transfer, 8));
        Assert.Equal(Finish, Ack(transfer, 5));
    }
}
