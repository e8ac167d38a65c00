using Matchbox.Core.Access.Audit;
using Matchbox.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchbox.Core.Tests.Access;

public sealed class AuditLogTests
{
    private readonly MemoryAuditStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_recorded_before_a_stop_is_stored_in_order()
    {
        using var log = await StartAsync();
        for (var number = 0; number < 1_000; number++)
        {
            await log.RecordAsync(Entry($"o{number}"));
        }
        await log.StopAsync(Cancellation);
        var read = log.Read(new AuditQuery { Limit = 10_000 });
        Assert.Equal(1_000, read.Count);
        Assert.Equal(Enumerable.Range(0, 1_000).Reverse().Select(number => $"o{number}"), read.Select(entry => entry.Object));
        Assert.Equal(1_000, read[0].Sequence);
    }

    [Fact]
    public async Task While_the_disk_refuses_entries_wait_and_health_says_so()
    {
        _store.Failure = new IOException("full");
        using var log = await StartAsync();
        await log.RecordAsync(Entry("o"));
        while (!log.Check().Any())
        {
            await Task.Delay(10, Cancellation);
        }
        _store.Failure = null;
        await log.StopAsync(Cancellation);
        Assert.Equal("o", Assert.Single(log.Read(new AuditQuery())).Object);
        Assert.Empty(log.Check());
    }

    [Fact]
    public async Task Refusals_beyond_the_rate_are_counted()
    {
        using var log = await StartAsync();
        for (var number = 0; number < 1_000; number++)
        {
            log.RecordRefusal(Entry("o") with { Kind = AuditKind.Refusal });
        }
        await log.RecordAsync(Entry("last"));
        await log.StopAsync(Cancellation);
        Assert.InRange(log.Read(new AuditQuery { Limit = 10_000 }).Count, 100, 200);
    }

    private async Task<AuditLog> StartAsync()
    {
        var log = new AuditLog(_store, TimeProvider.System, NullLogger<AuditLog>.Instance);
        await log.StartAsync(Cancellation);
        return log;
    }

    private static AuditEntry Entry(string name) => new()
    {
        At = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
        Kind = AuditKind.Change,
        Who = "alice",
        From = "10.0.0.1",
        Via = "rest",
        Action = "PUT",
        Object = name,
        Outcome = "200",
    };
}
