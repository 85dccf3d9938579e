#:sdk Aspire.AppHost.Sdk@13.5.4
#:package Aspire.Hosting.Kafka
#:package Aspire.Hosting.MongoDB
#:project ../src/Hosts/Cdp.Activation.Host/Cdp.Activation.Host.csproj
#:project ../src/Hosts/Cdp.Collection.Host/Cdp.Collection.Host.csproj
#:project ../src/Hosts/Cdp.Gateway/Cdp.Gateway.csproj
#:project ../src/Hosts/Cdp.Governance.Host/Cdp.Governance.Host.csproj
#:project ../src/Hosts/Cdp.Identity.Host/Cdp.Identity.Host.csproj
#:project ../src/Hosts/Cdp.Profile.Host/Cdp.Profile.Host.csproj
#:project ../src/Hosts/Cdp.SegmentSearch.Host/Cdp.SegmentSearch.Host.csproj
// Outside the solution: its lock file and its warnings are Aspire's business.
#:property RestorePackagesWithLockFile=false
#:property TreatWarningsAsErrors=false

// The platform on many processes: engines, six services, the gateway. From the root of the repository:
//   aspire run                            MongoDB and Elasticsearch in containers, the event log on disk
//   aspire run -- --log kafka             the event log in Kafka
//   aspire run -- --replicas 2            each service twice (collection only with Kafka: its log on disk has one owner)
//   aspire run -- --stores embedded       everything on disk, no containers
var builder = DistributedApplication.CreateBuilder(args);
var embedded = builder.Configuration["stores"] == "embedded";
var kafkaLog = builder.Configuration["log"] == "kafka";
var replicas = int.Parse(builder.Configuration["replicas"] ?? "1");

string[] runtimes = ["docker", "podman", "docker.exe", "podman.exe"];
var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
if (!embedded && builder.ExecutionContext.IsRunMode && !path.Any(directory => runtimes.Any(runtime => File.Exists(Path.Combine(directory, runtime)))))
{
    Console.Error.WriteLine("There is no container runtime (docker or podman) on PATH. Install one, or run without containers: aspire run -- --stores embedded");
    return 1;
}

// Made at the first run and kept in the user secrets; the dashboard shows them.
var adminKey = builder.AddParameter("admin-key", new GenerateParameterDefault { Special = false }, secret: true, persist: true);
var writeKey = builder.AddParameter("write-key", new GenerateParameterDefault { Special = false }, secret: true, persist: true);
var serviceKey = builder.AddParameter("service-key", new GenerateParameterDefault { Special = false }, secret: true, persist: true);

var governance = builder.AddProject<Projects.Cdp_Governance_Host>("governance").WithEnvironment("Cdp__AdminKey", adminKey);
var collection = builder.AddProject<Projects.Cdp_Collection_Host>("collection").WithEnvironment("Cdp__WriteKey", writeKey);
var identity = builder.AddProject<Projects.Cdp_Identity_Host>("identity");
var profile = builder.AddProject<Projects.Cdp_Profile_Host>("profile");
var segmentSearch = builder.AddProject<Projects.Cdp_SegmentSearch_Host>("segment-search");
var activation = builder.AddProject<Projects.Cdp_Activation_Host>("activation");
var gateway = builder.AddProject<Projects.Cdp_Gateway>("gateway");
IResourceBuilder<ProjectResource>[] services = [governance, collection, identity, profile, segmentSearch, activation];

foreach (var service in services)
{
    service
        .WithHttpEndpoint(name: "http")
        .WithHttpEndpoint(name: "grpc", env: "CDP_GRPC_PORT")
        .WithUrlForEndpoint("http", url => url.DisplayText = "HTTP")
        .WithUrlForEndpoint("grpc", url => url.DisplayText = "gRPC")
        .WithEnvironment("Cdp__DataDirectory", Path.GetFullPath("../data/apphost", builder.AppHostDirectory));
    gateway.WithReference(service).WaitFor(service);
}
gateway
    .WithHttpEndpoint(port: 5080, name: "http")
    .WithHttpEndpoint(port: 5081, name: "grpc", env: "CDP_GRPC_PORT")
    .WithUrlForEndpoint("http", url => url.DisplayText = "REST and tracking API")
    .WithUrlForEndpoint("grpc", url => url.DisplayText = "gRPC API")
    .WithExternalHttpEndpoints()
    .WithReplicas(replicas);

foreach (var process in services.Append(gateway))
{
    // Cleartext cannot carry HTTP/1.1 and HTTP/2 on one port. An endpoint with a variable of its own stays out of ASPNETCORE_URLS.
    process
        .WithEnvironment("Cdp__GrpcUrls", $"http://127.0.0.1:{process.GetEndpoint("grpc").Property(EndpointProperty.TargetPort)}")
        .WithEnvironment("Cdp__ServiceKey", serviceKey)
        .WithHttpHealthCheck("/health", endpointName: "http");
}

// Who calls whom. Each waits for those that its work comes from; governance is called by all and waits for none.
collection.WithReference(governance).WaitFor(governance);
identity.WithReference(governance);
profile.WithReference(collection).WithReference(identity).WithReference(governance).WaitFor(collection).WaitFor(identity);
segmentSearch.WithReference(profile).WithReference(activation).WithReference(governance).WaitFor(profile);
activation.WithReference(segmentSearch).WithReference(profile).WithReference(governance).WaitFor(segmentSearch);
governance.WithReference(collection).WithReference(identity).WithReference(profile).WithReference(segmentSearch).WithReference(activation)
    .WithEnvironment("services__governance__grpc__0", governance.GetEndpoint("grpc"));

if (!embedded)
{
    var mongodb = builder.AddMongoDB("mongo").WithDataVolume("cdp-mongo").AddDatabase("mongodb", "cdp");
    foreach (var service in services)
        service.WithReference(mongodb).WaitFor(mongodb);

    // With a password it answers 401 to whoever has none: then it is up.
    var password = builder.AddParameter("elastic-password", new GenerateParameterDefault { Special = false }, secret: true, persist: true);
    var elastic = builder.AddContainer("elastic", "docker.elastic.co/elasticsearch/elasticsearch", "8.19.4")
        .WithHttpEndpoint(targetPort: 9200, name: "http")
        .WithVolume("cdp-elastic", "/usr/share/elasticsearch/data")
        .WithEnvironment("discovery.type", "single-node")
        .WithEnvironment("xpack.security.enabled", "true")
        .WithEnvironment("ES_JAVA_OPTS", "-Xms1g -Xmx1g")
        .WithEnvironment("ELASTIC_PASSWORD", password)
        .WithHttpHealthCheck("/", statusCode: 401, endpointName: "http");
    var elasticsearch = builder.AddConnectionString("elasticsearch", ReferenceExpression.Create(
        $"http://elastic:{password.Resource:uri}@{elastic.GetEndpoint("http").Property(EndpointProperty.HostAndPort)}"));
    segmentSearch.WithReference(elasticsearch).WaitFor(elastic);

    foreach (var service in services.Where(service => service != collection))
        service.WithReplicas(replicas);
}

if (!embedded && kafkaLog)
{
    var kafka = builder.AddKafka("kafka").WithDataVolume("cdp-kafka");
    collection.WithReference(kafka).WaitFor(kafka).WithReplicas(replicas);
}

builder.Build().Run();
return 0;
