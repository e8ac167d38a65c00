using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Serialization.Metadata;
using Matchbox.Appliance.Hosting;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Problems;

namespace Matchbox.Appliance.Commands;

/// <summary>A command could not be done; the message says why and what to do.</summary>
internal sealed class CommandException(string message) : Exception(message);

/// <summary>Talks to the running appliance by its control socket. Nothing here opens the store.</summary>
internal sealed class ControlClient : IDisposable
{
    private readonly HttpClient _http;

    public ControlClient(string socketPath)
    {
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, cancellation) => ConnectAsync(socketPath, cancellation) })
        {
            BaseAddress = new Uri("http://control/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The named socket, else that of the named state folder, else of whichever standard folder has one.</summary>
    public static string FindSocket(string? socket, string? state)
    {
        var named = socket ?? (state is null ? null : StateFolder.SocketOf(state));
        if (named is not null)
        {
            return Path.GetFullPath(named);
        }
        string[] standard = [.. StatePlace.Standard.Select(StateFolder.SocketOf)];
        return standard.FirstOrDefault(File.Exists) ?? standard[0];
    }

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> shape, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseContentRead, cancellation);
        return await ReadAsync(response, shape, cancellation);
    }

    public async Task<TAnswer> SendAsync<TAnswer>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<TAnswer> shape, CancellationToken cancellation)
    {
        using var response = await SendAsync(method, path, body, HttpCompletionOption.ResponseContentRead, cancellation);
        return await ReadAsync(response, shape, cancellation);
    }

    /// <summary>Sends what is answered by nothing but that it was done.</summary>
    public async Task SendAsync(HttpMethod method, string path, CancellationToken cancellation)
    {
        using var response = await SendAsync(method, path, null, HttpCompletionOption.ResponseContentRead, cancellation);
        await RefuseAsync(response, cancellation);
    }

    public async Task<byte[]> OctetsAsync(string path, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseContentRead, cancellation);
        await RefuseAsync(response, cancellation);
        return await response.Content.ReadAsByteArrayAsync(cancellation);
    }

    /// <summary>Lines as they come.</summary>
    public async IAsyncEnumerable<string> LinesAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, cancellation);
        await RefuseAsync(response, cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            yield return line;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? body, HttpCompletionOption completion, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        try
        {
            return await _http.SendAsync(request, completion, cancellation);
        }
        catch (HttpRequestException failure)
        {
            throw failure.InnerException as CommandException ?? new CommandException($"the appliance broke the connection off: {failure.Message}");
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> shape, CancellationToken cancellation)
    {
        await RefuseAsync(response, cancellation);
        return await response.Content.ReadFromJsonAsync(shape, cancellation) ?? throw new CommandException("the appliance answered nothing");
    }

    private static async Task RefuseAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (!response.IsSuccessStatusCode)
        {
            var problem = response.Content.Headers.ContentType?.MediaType == ProblemResult.MediaType
                ? await response.Content.ReadFromJsonAsync(RestJson.Default.Problem, cancellation)
                : null;
            throw new CommandException(problem is null ? $"the appliance answered {(int)response.StatusCode}" : TextOf(problem));
        }
    }

    // One fault says what the problem says; of several, each has its line.
    private static string TextOf(Problem problem) =>
        string.Join('\n', [problem.Detail ?? problem.Title, .. (problem.Errors is { Count: > 1 } or [{ File: not null }] ? problem.Errors : []).Select(TextOf)]);

    private static string TextOf(ProblemError error) =>
        $"  {error.File}{(error.Line is { } line ? $":{line}:{error.Column}" : "")}: {error.Detail}{(error.Mend is { Length: > 0 } mend ? $" ({mend})" : "")}";

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw new CommandException((failure as SocketException)?.SocketErrorCode switch
            {
                SocketError.AccessDenied => $"{path} is for its owner and group only: use sudo, or join the group",
                SocketError.ConnectionRefused => $"nobody answers at {path}: the appliance has stopped there (`matchbox serve` starts it)",
                _ when failure is ArgumentException => $"{path} is too long for the path of a socket (108 octets)",
                _ => $"no appliance runs with its state in {Path.GetDirectoryName(path)} (there is no {Path.GetFileName(path)}): "
                    + "start it with `matchbox serve`, or name the folder with --state",
            });
        }
    }
}
