using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Matchbox.Core.Secrets;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Tests.Boot;

/// <summary>A whole life of a protected config, with everything that is written down at the most talkative level.</summary>
public sealed class LeakTests
{
    private const string Value = "hunter2-hunter2";

    [Fact]
    public async Task Nothing_that_is_written_or_answered_holds_a_token_or_a_value()
    {
        var written = new ConcurrentQueue<string>();
        using var spans = new ActivityListener
        {
            // What the test's own client says of its calls is not ours.
            ShouldListenTo = source => !source.Name.StartsWith("System.Net", StringComparison.Ordinal) && !source.Name.StartsWith("Experimental", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => written.Enqueue($"{span.DisplayName} {string.Join(' ', span.TagObjects)} {string.Join(' ', span.Events.SelectMany(happened => happened.Tags))}"),
        };
        ActivitySource.AddActivityListener(spans);
        using var meters = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => written.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => written.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        meters.Start();

        var tokens = new HashSet<string>(StringComparer.Ordinal);
        var answers = new List<string>();
        await using var host = await BootHost.StartAsync(Fill, logging:
            // As the appliance has it: the web server itself is heard from Warning on.
            logging => logging.SetMinimumLevel(LogLevel.Trace).AddFilter("Microsoft", LogLevel.Warning).AddProvider(new Recorder(written)));
        host.Vault.Set(new Secret { Name = "key", Groups = ["g"] }, Encoding.UTF8.GetBytes(Value), "a test");
        for (var boot = 0; boot < 2; boot++)
        {
            host.Clock.Advance(TimeSpan.FromMinutes(3));
            var nonce = host.Begin();
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/ipxe?mac=52:54:00:77:00:01&nonce={nonce}");
            request.Headers.Host = "HOST";
            using var script = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
            var query = (await script.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("/ignition")[1].Split([' ', '\n', '"'])[0];
            var token = query.Split("token=")[1];
            tokens.Add(token);
            // The stub alone may repeat the token that it was asked with.
            _ = await host.Client.GetStringAsync($"/ignition{query}", TestContext.Current.CancellationToken);
            foreach (var path in (string[])[$"/generic{query}", $"/cloud{query}", $"/ignition{query}x", $"/generic{query.Replace("nonce=", "n=", StringComparison.Ordinal)}", $"/{query}"])
            {
                using var answer = await host.Client.GetAsync(path, TestContext.Current.CancellationToken);
                answers.Add(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            }
            using var authority = X509Certificate2.CreateFromPem(host.Secure.Authority.Pem);
            using var client = SecureBootTests.Trusting(authority);
            await BootHost.EventuallyAsync(() =>
            {
                using var probe = new System.Net.Sockets.TcpClient();
                try
                {
                    probe.Connect(host.Secure.Endpoints[0]);
                    return true;
                }
                catch (System.Net.Sockets.SocketException)
                {
                    return false;
                }
            });
            Assert.Contains(Value, await client.GetStringAsync(host.Secure.UrlOf("127.0.0.1", $"/generic{query}"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
            // What the machine could not be given is told by its next script, so that one carries no token.
            using var broken = boot == 0 ? null : await client.GetAsync(host.Secure.UrlOf("127.0.0.1", $"/ignition{query}"), TestContext.Current.CancellationToken);
            if (broken is not null)
            {
                Assert.Equal(System.Net.HttpStatusCode.InternalServerError, broken.StatusCode);
                answers.Add(await broken.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            }
            using var report = await host.Client.PostAsync(
                $"/report?token={token}", new StringContent("{\"mac\":\"52:54:00:77:00:01\",\"step\":\"fetched\"}"), TestContext.Current.CancellationToken);
            answers.Add(await report.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        Assert.Equal(2, tokens.Count);
        Assert.True(written.Count > 100, $"only {written.Count} lines");
        foreach (var text in written.Concat(answers).Concat(host.Events.All.Select(happened => $"{happened} {string.Join(' ', happened.Data)}")))
        {
            Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
            Assert.All(tokens, token => Assert.DoesNotContain(token, text, StringComparison.Ordinal));
        }
    }

    private static void Fill(BootHost host)
    {
        host.Write("data/groups/g.json", "{ \"profile\": \"p\", \"selector\": { \"mac\": \"52:54:00:77:00:01\" }, \"protect\": \"once\" }");
        host.Write("data/profiles/p.json", "{ \"id\": \"p\", \"ignition_id\": \"p.yaml\", \"generic_id\": \"p.cfg\", \"boot\": { \"kernel\": \"k\", \"args\": [\"ignition.config.url=http://HOST/ignition?mac=52:54:00:77:00:01\"] } }");
        // What Butane says of it repeats the value.
        host.Write("data/ignition/p.yaml", "variant: flatcar\nversion: 1.0.0\nstorage:\n  files: [{path: '{{ secret \"key\" }}'}]\n");
        host.Write("data/generic/p.cfg", "key={{ secret \"key\" }}");
    }

    private sealed class Recorder(ConcurrentQueue<string> written) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            written.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            written.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
