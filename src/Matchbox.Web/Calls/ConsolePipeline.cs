using Microsoft.AspNetCore.Http;

namespace Matchbox.Web.Calls;

/// <summary>The API as the console calls it: the same endpoints, rights and audit as for everybody, without a socket between.</summary>
/// <param name="Api">Built at its first use.</param>
public sealed record ConsolePipeline(Lazy<RequestDelegate> Api);
