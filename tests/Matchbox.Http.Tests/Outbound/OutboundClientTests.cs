using System.Net;
using System.Text;
using Matchbox.Http.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Tests.Outbound;

/// <summary>Calls to outside, against servers and resolvers that mean no good. Only 127.0.0.1 may be called here, and ::1 may not.</summary>
public sealed class OutboundClientTests : IAsyncLifetime
{
    private readonly List<string> _asked = [];
    private WebApplication _server = null!;
    private int _port;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
        _port = new Uri(_server.Urls.First()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_is_read_as_far_as_its_bound()
    {
        using var client = Client();
        Assert.Equal("hello", TextOf(await GetAsync(client, "/hello")));
        Assert.Equal(100, Assert.IsType<OutboundAnswer.Answered>(await GetAsync(client, "/long")).Body.Length);
        Assert.Equal(503, Assert.IsType<OutboundAnswer.Answered>(await GetAsync(client, "/busy")).Status);
    }

    [Fact]
    public async Task A_resolver_that_answers_otherwise_the_second_time_gains_nothing()
    {
        var times = 0;
        using var client = Client((_, _) => Task.FromResult<IPAddress[]>(++times == 1 ? [IPAddress.Parse("169.254.169.254")] : [IPAddress.Loopback]));

        Assert.Contains("refused here", Assert.IsType<OutboundAnswer.Refused>(await client.SendAsync(Url("/hello", "rebind.example"), Get, TestContext.Current.CancellationToken)).Reason, StringComparison.Ordinal);

        Assert.Equal(1, times);
        Assert.Empty(_asked);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://0xa9fea9fe/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://metadata.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("http://user:secret@127.0.0.1/")]
    public async Task A_target_that_may_not_be_called_is_not(string url)
    {
        using var client = Client((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("::ffff:169.254.169.254"), IPAddress.Parse("::1")]));
        Assert.IsType<OutboundAnswer.Refused>(await client.SendAsync(new Uri(url), Get, TestContext.Current.CancellationToken));
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Every_redirect_is_judged_anew()
    {
        using var client = Client((host, _) => Task.FromResult<IPAddress[]>(host == "inside.example" ? [IPAddress.Parse("::1")] : [IPAddress.Loopback]));

        Assert.Equal("hello", TextOf(await GetAsync(client, "/to?307=/hello")));
        Assert.IsType<OutboundAnswer.Refused>(await GetAsync(client, "/to?307=http://169.254.169.254/"));
        Assert.IsType<OutboundAnswer.Refused>(await GetAsync(client, "/to?302=http://inside.example/"));
        Assert.IsType<OutboundAnswer.Refused>(await GetAsync(client, "/to?308=file:///etc/passwd"));
        Assert.Contains("redirects", Assert.IsType<OutboundAnswer.Refused>(await GetAsync(client, "/loop")).Reason, StringComparison.Ordinal);
        // A POST is not made a GET of.
        Assert.Equal(302, Assert.IsType<OutboundAnswer.Answered>(
            await client.SendAsync(Url("/to?302=/hello"), url => new HttpRequestMessage(HttpMethod.Post, url), TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public async Task Nobody_is_waited_for_longer_than_the_limit()
    {
        using var client = new OutboundClient(WhyNot, new OutboundSettings { Time = TimeSpan.FromMilliseconds(200) }, TimeProvider.System);
        Assert.Contains("no answer within", Assert.IsType<OutboundAnswer.Failed>(await GetAsync(client, "/slow")).Reason, StringComparison.Ordinal);
        Assert.Contains("no answer within", Assert.IsType<OutboundAnswer.Failed>(await GetAsync(client, "/drip")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_told_as_that()
    {
        using var client = Client((_, _) => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.TryAgain));
        Assert.Contains("the name nowhere.example cannot be resolved", Assert.IsType<OutboundAnswer.Failed>(
            await client.SendAsync(new Uri("http://nowhere.example/"), Get, TestContext.Current.CancellationToken)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_told()
    {
        using var client = Client();
        _ = Assert.IsType<OutboundAnswer.Failed>(await client.SendAsync(new Uri("http://127.0.0.1:1/"), Get, TestContext.Current.CancellationToken));
    }

    private static string? WhyNot(IPEndPoint target) => target.Address.Equals(IPAddress.Loopback) ? null : $"{target} is refused here";

    private static HttpRequestMessage Get(Uri url) => new(HttpMethod.Get, url);

    private static OutboundClient Client(NameResolver? resolve = null) => new(WhyNot, new OutboundSettings { MaxAnswer = 100 }, TimeProvider.System, resolve);

    private static string TextOf(OutboundAnswer answer) => Encoding.UTF8.GetString(Assert.IsType<OutboundAnswer.Answered>(answer).Body.Span);

    private Uri Url(string path, string host = "127.0.0.1") => new($"http://{host}:{_port}{path}");

    private Task<OutboundAnswer> GetAsync(OutboundClient client, string path) => client.SendAsync(Url(path), Get, TestContext.Current.CancellationToken);

    private async Task AnswerAsync(HttpContext context)
    {
        _asked.Add(context.Request.Path);
        switch (context.Request.Path.Value)
        {
            case "/hello":
                await context.Response.WriteAsync("hello");
                break;
            case "/long":
                await context.Response.WriteAsync(new string('x', 1_000_000));
                break;
            case "/busy":
                context.Response.StatusCode = 503;
                break;
            case "/to":
                var (status, to) = context.Request.Query.First();
                context.Response.StatusCode = int.Parse(status, System.Globalization.CultureInfo.InvariantCulture);
                context.Response.Headers.Location = to.ToString();
                break;
            case "/loop":
                context.Response.StatusCode = 307;
                context.Response.Headers.Location = "/loop";
                break;
            case "/drip":
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.WriteAsync("x");
                    await Task.Delay(50, context.RequestAborted);
                }
                break;
            default:
                await Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted);
                break;
        }
    }
}
