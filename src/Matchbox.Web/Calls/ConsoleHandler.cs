using System.Net;
using System.Security.Claims;
using Matchbox.Http.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Matchbox.Web.Calls;

/// <summary>Sends requests through the API's pipeline inside this process, as the user of one open page.</summary>
internal sealed class ConsoleHandler(ConsolePipeline pipeline, IServiceScopeFactory scopes, Func<Task<ConsoleCaller>> caller) : HttpMessageHandler
{
    /// <summary>Who the last call found its user to be.</summary>
    public ClaimsPrincipal? User { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var who = await caller();
        await using var scope = scopes.CreateAsyncScope();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = cancellationToken };
        context.Features.Set(who);
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        context.Connection.RemoteIpAddress = who.From;
        await FillAsync(context.Request, request, cancellationToken);
        await pipeline.Api.Value(context);
        await context.Response.CompleteAsync();
        User = context.User;
        return AnswerOf(context.Response, body.ToArray(), request);
    }

    private static async Task FillAsync(HttpRequest to, HttpRequestMessage from, CancellationToken cancellation)
    {
        to.Method = from.Method.Method;
        to.Scheme = "https";
        to.Host = new HostString("localhost");
        to.Path = PathString.FromUriComponent(from.RequestUri!);
        to.QueryString = QueryString.FromUriComponent(from.RequestUri!);
        foreach (var (name, values) in from.Headers)
        {
            to.Headers[name] = values.ToArray();
        }
        if (from.Content is not { } content)
        {
            return;
        }
        var octets = await content.ReadAsByteArrayAsync(cancellation);
        to.Body = new MemoryStream(octets, writable: false);
        to.ContentLength = octets.Length;
        to.ContentType = content.Headers.ContentType?.ToString();
        to.HttpContext.Features.Set<IHttpRequestBodyDetectionFeature>(new HasBody(octets.Length > 0));
    }

    private static HttpResponseMessage AnswerOf(HttpResponse from, byte[] body, HttpRequestMessage request)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)from.StatusCode) { RequestMessage = request, Content = new ByteArrayContent(body) };
        foreach (var (name, values) in from.Headers)
        {
            if (!answer.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                answer.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }
        return answer;
    }

    private sealed record HasBody(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}
