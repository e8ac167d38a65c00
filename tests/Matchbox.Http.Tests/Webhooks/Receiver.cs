using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Tests.Webhooks;

/// <summary>A receiver of webhooks on loopback: keeps what came, and answers as it is told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _server;

    private Receiver(WebApplication server) => _server = server;

    /// <summary>Answers a call; by default with 204.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context =>
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    };

    public ConcurrentQueue<Call> Calls { get; } = new();

    public string Url => _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        var receiver = new Receiver(server);
        server.Run(receiver.TakeAsync);
        await server.StartAsync();
        return receiver;
    }

    /// <summary>The calls, once there are so many.</summary>
    public async Task<Call[]> WaitForAsync(int count, Action? meanwhile = null)
    {
        for (var left = 2_000; Calls.Count < count; left--)
        {
            Assert.True(left > 0, $"{Calls.Count} of {count} calls came");
            meanwhile?.Invoke();
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        return [.. Calls];
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Calls.Enqueue(new Call(
            context.Request.Path, context.Request.Headers["X-Matchbox-Delivery"].ToString(), context.Request.Headers["X-Matchbox-Signature"].ToString(), body.ToArray()));
        await Answer(context);
    }

    internal sealed record Call(string Path, string Delivery, string Signature, byte[] Body)
    {
        public string Text => System.Text.Encoding.UTF8.GetString(Body);
    }
}
