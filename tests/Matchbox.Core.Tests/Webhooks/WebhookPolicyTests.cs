using System.Text;
using Matchbox.Core.Webhooks;

namespace Matchbox.Core.Tests.Webhooks;

/// <summary>Signatures and waits.</summary>
public sealed class WebhookPolicyTests
{
    private static readonly RetryPolicy Policy = new();

    // printf 'ID.UNIX.BODY' | openssl dgst -sha256 -hmac SECRET
    [Theory]
    [InlineData("mbwh_test", "0195513f7a0c7b8e9f00112233445566", 1772366400, """{"sequence":1}""", "06ef8a7b9302de7651dc8ce709eb8850b70c5703e58a3c30cf00286be2c49c6d")]
    [InlineData("mbwh_test", "a", 0, "", "8886aea5d93969721f792a8914aed4798654d238aeedbae1e0d50bd11d765939")]
    public void The_signature_is_what_openssl_makes_of_id_time_and_body(string secret, string id, long unix, string body, string hex) => Assert.Equal(
        $"t={unix},v1={hex}",
        WebhookSignature.Sign(Encoding.UTF8.GetBytes(secret), id, DateTimeOffset.FromUnixTimeSeconds(unix).AddMilliseconds(999), Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Secrets_are_long_and_never_the_same()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => WebhookSignature.NewSecret()).ToArray();
        Assert.All(secrets, secret => Assert.Matches("^mbwh_[A-Za-z0-9_-]{43}$", secret));
        Assert.Equal(100, secrets.Distinct().Count());
    }

    [Theory]
    [InlineData(1, 0, 2.5)]
    [InlineData(1, 0.999, 5)]
    [InlineData(2, 0, 5)]
    [InlineData(7, 0, 160)]
    [InlineData(8, 0, 300)]
    [InlineData(30, 0.5, 450)]
    [InlineData(60, 0, 300)]
    [InlineData(int.MaxValue, 0, 300)]
    public void Waits_double_up_to_ten_minutes(int tries, double chance, double seconds) => Assert.Equal(seconds, Policy.WaitAfter(tries, chance, null).TotalSeconds, 0.01);

    [Theory]
    [InlineData(60, 60)]
    [InlineData(1, 2.5)]
    [InlineData(-60, 2.5)]
    [InlineData(1_000_000, 3600)]
    public void What_is_asked_for_is_waited_within_an_hour(int asked, double seconds) =>
        Assert.Equal(seconds, Policy.WaitAfter(1, 0, TimeSpan.FromSeconds(asked)).TotalSeconds, 0.01);

    [Theory]
    [InlineData(200, true, false)]
    [InlineData(204, true, false)]
    [InlineData(301, false, false)]
    [InlineData(404, false, false)]
    [InlineData(408, false, true)]
    [InlineData(410, false, false)]
    [InlineData(429, false, true)]
    [InlineData(500, false, true)]
    [InlineData(599, false, true)]
    public void A_status_says_whether_it_is_done_or_may_pass(int status, bool done, bool passing) => Assert.Equal((done, passing), (RetryPolicy.IsDone(status), RetryPolicy.IsPassing(status)));

    [Fact]
    public void The_log_keeps_the_last_hundred_newest_first()
    {
        var log = new DeliveryLog();
        for (var i = 0; i < 150; i++)
        {
            log.Write(new Delivery($"{i}", i, "booted", default, 1, DeliveryOutcome.Retrying, 500, 1, "broken"));
        }
        log.Write(new Delivery("60", 60, "booted", default, 2, DeliveryOutcome.Delivered, 200, 1, null));
        var kept = log.Read();
        Assert.Equal(DeliveryLog.Capacity, kept.Length);
        Assert.Equal("149", kept[0].Id);
        Assert.Equal(2, kept.Single(delivery => delivery.Id == "60").Tries);
    }
}
