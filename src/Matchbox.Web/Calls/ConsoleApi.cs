using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Matchbox.Http.Access;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Matchbox.Web.Calls;

/// <summary>What the API refused, as it said it.</summary>
public sealed class ApiException(HttpStatusCode status, string text, Problem? problem = null) : Exception(text)
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>The same for programs; null: it was no problem of the API.</summary>
    public Problem? Problem { get; } = problem;
}

/// <summary>An answer with what an <c>If-Match</c> will need; the tag is empty where the answer has none.</summary>
public sealed record Tagged<T>(T Value, string Tag);

/// <summary>The API for one open page, as the page's user. One for each circuit.</summary>
internal sealed class ConsoleApi : IDisposable
{
    /// <summary>In place of a tag: only if nothing is there.</summary>
    public const string Absent = "*absent";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(RestJson.Default, AccessJson.Default, new DefaultJsonTypeInfoResolver()),
    };

    private readonly AuthenticationStateProvider _who;
    private readonly ConsoleHandler _handler;
    private readonly HttpClient _http;
    private ClaimsPrincipal? _first;

    public ConsoleApi(AuthenticationStateProvider who, ConsolePipeline pipeline, IServiceScopeFactory scopes)
    {
        _who = who;
        _handler = new ConsoleHandler(pipeline, scopes, CallerAsync);
        _http = new HttpClient(_handler) { BaseAddress = new Uri("https://localhost"), Timeout = TimeSpan.FromSeconds(100) };
    }

    /// <summary>The user, with the rights of the last call.</summary>
    public ClaimsPrincipal User => _handler.User ?? _first ?? new ClaimsPrincipal();

    /// <exception cref="ApiException">Refused.</exception>
    public async Task<T> GetAsync<T>(string path, CancellationToken cancellation = default) => (await GetTaggedAsync<T>(path, cancellation)).Value;

    /// <exception cref="ApiException">Refused.</exception>
    public async Task<Tagged<T>> GetTaggedAsync<T>(string path, CancellationToken cancellation = default)
    {
        using var answer = await _http.GetAsync(path, cancellation);
        return await ReadAsync<T>(answer, cancellation);
    }

    /// <summary>The answer's text as it is, such as a script or a config.</summary>
    /// <exception cref="ApiException">Refused.</exception>
    public async Task<string> TextAsync(string path, CancellationToken cancellation = default)
    {
        using var answer = await _http.GetAsync(path, cancellation);
        await RefusedAsync(answer, cancellation);
        return await answer.Content.ReadAsStringAsync(cancellation);
    }

    /// <summary>Changes something.</summary>
    /// <param name="method">How.</param>
    /// <param name="path">What.</param>
    /// <param name="body">Sent as JSON; <see cref="HttpContent"/> as it is.</param>
    /// <param name="tag">Only if it is still this, as a GET said, or <see cref="Absent"/>; null: whatever it is.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ApiException">Refused; 412 where somebody else has changed it.</exception>
    public async Task<Tagged<T>> SendAsync<T>(HttpMethod method, string path, object? body = null, string? tag = null, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body as HttpContent ?? (body is null ? null : JsonContent.Create(body, body.GetType(), options: Json)) };
        if (tag == Absent)
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        }
        else if (tag is { Length: > 0 })
        {
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(tag));
        }
        using var answer = await _http.SendAsync(request, cancellation);
        return await ReadAsync<T>(answer, cancellation);
    }

    public Task SendAsync(HttpMethod method, string path, object? body = null, string? tag = null, CancellationToken cancellation = default) =>
        SendAsync<JsonElement?>(method, path, body, tag, cancellation);

    public void Dispose() => _http.Dispose();

    private static async Task<Tagged<T>> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellation)
    {
        await RefusedAsync(answer, cancellation);
        var value = answer.Content.Headers.ContentType?.MediaType is { } type && type.EndsWith("json", StringComparison.Ordinal)
            ? await answer.Content.ReadFromJsonAsync<T>(Json, cancellation)
            : default;
        return new Tagged<T>(value!, answer.Headers.ETag?.ToString() ?? "");
    }

    private static async Task RefusedAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (answer.IsSuccessStatusCode)
        {
            return;
        }
        var problem = answer.Content.Headers.ContentType?.MediaType == ProblemResult.MediaType
            ? await answer.Content.ReadFromJsonAsync<Problem>(Json, cancellation)
            : null;
        throw new ApiException(answer.StatusCode, problem is null ? $"the appliance answered {(int)answer.StatusCode}" : ProblemText.Of(problem), problem);
    }

    private async Task<ConsoleCaller> CallerAsync()
    {
        _first ??= (await _who.GetAuthenticationStateAsync()).User;
        var identity = _first.Identities.OfType<AccessIdentity>().FirstOrDefault();
        return new ConsoleCaller(identity?.SessionHash, identity?.User, identity?.From);
    }
}
