// @ts-nocheck
// Made from the schema by `npm run generate`.
"use strict";
export const validate = validate20;
export default validate20;
const schema31 = {"type":"object","properties":{"schema":{"const":"ucodekit/policy@1"},"$schema":{"type":"string"},"description":{"type":"string"},"failOn":{"enum":["error","warning","note"]},"severities":{"type":"object","additionalProperties":{"enum":["error","warning","note","off"]}},"vendors":{"type":"array","items":{"enum":["intel","amd","via"]}},"require":{"type":"array","items":{"type":"object","properties":{"cpu":{"type":"string","pattern":"^(host|([0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}|(0x)?[0-9a-fA-F]{1,8})(/(0x)?[0-9a-fA-F]{1,2})?)$"},"platforms":{"type":"string","pattern":"^0x[0-9a-fA-F]{1,2}$"},"revision":{"type":"string","pattern":"^0x[0-9a-fA-F]{1,8}$"},"reason":{"type":"string","pattern":"\\S"}},"required":["cpu"],"additionalProperties":false}},"forbid":{"type":"array","items":{"type":"object","properties":{"cpu":{"type":"string","pattern":"^(host|([0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}|(0x)?[0-9a-fA-F]{1,8})(/(0x)?[0-9a-fA-F]{1,2})?)$"},"platforms":{"type":"string","pattern":"^0x[0-9a-fA-F]{1,2}$"},"revision":{"type":"string","pattern":"^0x[0-9a-fA-F]{1,8}$"},"reason":{"type":"string","pattern":"\\S"}},"required":["cpu","revision","reason"],"additionalProperties":false}},"maximumSize":{"type":"integer","minimum":1},"signatures":{"enum":["valid","intact"]},"licenceFile":{"type":"boolean"},"baseline":{"type":"object","properties":{"allow":{"type":"array","items":{"type":"object","properties":{"cpu":{"type":"string","pattern":"^(host|([0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}|(0x)?[0-9a-fA-F]{1,8})(/(0x)?[0-9a-fA-F]{1,2})?)$"},"platforms":{"type":"string","pattern":"^0x[0-9a-fA-F]{1,2}$"},"reason":{"type":"string","pattern":"\\S"}},"required":["cpu","reason"],"additionalProperties":false}}},"required":["allow"],"additionalProperties":false},"suppress":{"type":"array","items":{"type":"object","properties":{"rule":{"type":"string","pattern":"^[a-z-]+(/(\\*|[a-z0-9-]+))?$"},"path":{"type":"string","pattern":"."},"reason":{"type":"string","pattern":"\\S"},"until":{"type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}},"required":["rule","reason","until"],"additionalProperties":false}}},"required":["schema"],"additionalProperties":false,"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"urn:ucodekit:schema:policy:1","title":"What a collection of microcode must be like"};
const func1 = Object.prototype.hasOwnProperty;
const pattern4 = new RegExp("^(host|([0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}|(0x)?[0-9a-fA-F]{1,8})(/(0x)?[0-9a-fA-F]{1,2})?)$", "u");
const pattern5 = new RegExp("^0x[0-9a-fA-F]{1,2}$", "u");
const pattern6 = new RegExp("^0x[0-9a-fA-F]{1,8}$", "u");
const pattern7 = new RegExp("\\S", "u");
const pattern15 = new RegExp("^[a-z-]+(/(\\*|[a-z0-9-]+))?$", "u");
const pattern16 = new RegExp(".", "u");
const pattern18 = new RegExp("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "u");

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="urn:ucodekit:schema:policy:1" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.schema === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "schema"},message:"must have required property '"+"schema"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema31.properties, key0))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.schema !== undefined){
if("ucodekit/policy@1" !== data.schema){
const err2 = {instancePath:instancePath+"/schema",schemaPath:"#/properties/schema/const",keyword:"const",params:{allowedValue: "ucodekit/policy@1"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.$schema !== undefined){
if(typeof data.$schema !== "string"){
const err3 = {instancePath:instancePath+"/$schema",schemaPath:"#/properties/%24schema/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.description !== undefined){
if(typeof data.description !== "string"){
const err4 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.failOn !== undefined){
let data3 = data.failOn;
if(!(((data3 === "error") || (data3 === "warning")) || (data3 === "note"))){
const err5 = {instancePath:instancePath+"/failOn",schemaPath:"#/properties/failOn/enum",keyword:"enum",params:{allowedValues: schema31.properties.failOn.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.severities !== undefined){
let data4 = data.severities;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
for(const key1 in data4){
let data5 = data4[key1];
if(!((((data5 === "error") || (data5 === "warning")) || (data5 === "note")) || (data5 === "off"))){
const err6 = {instancePath:instancePath+"/severities/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/severities/additionalProperties/enum",keyword:"enum",params:{allowedValues: schema31.properties.severities.additionalProperties.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath:instancePath+"/severities",schemaPath:"#/properties/severities/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.vendors !== undefined){
let data6 = data.vendors;
if(Array.isArray(data6)){
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
let data7 = data6[i0];
if(!(((data7 === "intel") || (data7 === "amd")) || (data7 === "via"))){
const err8 = {instancePath:instancePath+"/vendors/" + i0,schemaPath:"#/properties/vendors/items/enum",keyword:"enum",params:{allowedValues: schema31.properties.vendors.items.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/vendors",schemaPath:"#/properties/vendors/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.require !== undefined){
let data8 = data.require;
if(Array.isArray(data8)){
const len1 = data8.length;
for(let i1=0; i1<len1; i1++){
let data9 = data8[i1];
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.cpu === undefined){
const err10 = {instancePath:instancePath+"/require/" + i1,schemaPath:"#/properties/require/items/required",keyword:"required",params:{missingProperty: "cpu"},message:"must have required property '"+"cpu"+"'"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
for(const key2 in data9){
if(!((((key2 === "cpu") || (key2 === "platforms")) || (key2 === "revision")) || (key2 === "reason"))){
const err11 = {instancePath:instancePath+"/require/" + i1,schemaPath:"#/properties/require/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data9.cpu !== undefined){
let data10 = data9.cpu;
if(typeof data10 === "string"){
if(!pattern4.test(data10)){
const err12 = {instancePath:instancePath+"/require/" + i1+"/cpu",schemaPath:"#/properties/require/items/properties/cpu/pattern",keyword:"pattern",params:{pattern: "^(host|([0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}|(0x)?[0-9a-fA-F]{1,8})(/(0x)?[0-9a-fA-F]{1,2})?)$"},message:"must match pattern \""+"^(host|([0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}|(0x)?[0-9a-fA-F]{1,8})(/(0x)?[0-9a-fA-F]{1,2})?)$"+"\""};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/require/" + i1+"/cpu",schemaPath:"#/properties/require/items/properties/cpu/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data9.platforms !== undefined){
let data11 = data9.platforms;
if(typeof data11 === "string"){
if(!pattern5.test(data11)){
const err14 = {instancePath:instancePath+"/require/" + i1+"/platforms",schemaPath:"#/properties/require/items/properties/platforms/pattern",keyword:"pattern",params:{pattern: "^0x[0-9a-fA-F]{1,2}$"},message:"must match pattern \""+"^0x[0-9a-fA-F]{1,2}$"+"\""};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/require/" + i1+"/platforms",schemaPath:"#/properties/require/items/properties/platforms/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data9.revision !== undefined){
let data12 = data9.revision;
if(typeof data12 === "string"){
if(!pattern6.test(data12)){
const err16 = {instancePath:instancePath+"/require/" + i1+"/revision",schemaPath:"#/properties/require/items/properties/revision/pattern",keyword:"pattern",params:{pattern: "^0x[0-9a-fA-F]{1,8}$"},message:"must match pattern \""+"^0x[0-9a-fA-F]{1,8}$"+"\""};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/require/" + i1+"/revision",schemaPath:"#/properties/require/items/properties/revision/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data9.reason !== undefined){
let data13 = data9.reason;
if(typeof data13 === "string"){
if(!pattern7.test(data13)){
const err18 = {instancePath:instancePath+"/require/" + i1+"/reason",schemaPath:"#/properties/require/items/properties/reason/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
else {
const err19 = {instancePath:instancePath+"/require/" + i1+"/reason",schemaPath:"#/properties/require/items/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
else {
const err20 = {instancePath:instancePath+"/require/" + i1,schemaPath:"#/properties/require/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/require",schemaPath:"#/properties/require/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data.forbid !== undefined){
let data14 = data.forbid;
if(Array.isArray(data14)){
const len2 = data14.length;
for(let i2=0; i2<len2; i2++){
let data15 = data14[i2];
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
if(data15.cpu === undefined){
const err22 = {instancePath:instancePath+"/forbid/" + i2,schemaPath:"#/properties/forbid/items/required",keyword:"required",params:{missingProperty: "cpu"},message:"must have required property '"+"cpu"+"'"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data15.revision === undefined){
const err23 = {instancePath:instancePath+"/forbid/" + i2,schemaPath:"#/properties/forbid/items/required",keyword:"required",params:{missingProperty: "revision"},message:"must have required property '"+"revision"+"'"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(data15.reason === undefined){
const err24 = {instancePath:instancePath+"/forbid/" + i2,schemaPath:"#/properties/forbid/items/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
for(const key3 in data15){
if(!((((key3 === "cpu") || (key3 === "platforms")) || (key3 === "revision")) || (key3 === "reason"))){
const err25 = {instancePath:instancePath+"/forbid/" + i2,schemaPath:"#/properties/forbid/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data15.cpu !== undefined){
let data16 = data15.cpu;
if(typeof data16 === "string"){
if(!pattern4.test(data16)){
const err26 = {instancePath:instancePath+"/forbid/" + i2+"/cpu",schemaPath:"#/properties/forbid/items/properties/cpu/pattern",keyword:"pattern",params:{pattern: "^(host|([0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}|(0x)?[0-9a-fA-F]{1,8})(/(0x)?[0-9a-fA-F]{1,2})?)$"},message:"must match pattern \""+"^(host|([0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}|(0x)?[0-9a-fA-F]{1,8})(/(0x)?[0-9a-fA-F]{1,2})?)$"+"\""};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/forbid/" + i2+"/cpu",schemaPath:"#/properties/forbid/items/properties/cpu/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data15.platforms !== undefined){
let data17 = data15.platforms;
if(typeof data17 === "string"){
if(!pattern5.test(data17)){
const err28 = {instancePath:instancePath+"/forbid/" + i2+"/platforms",schemaPath:"#/properties/forbid/items/properties/platforms/pattern",keyword:"pattern",params:{pattern: "^0x[0-9a-fA-F]{1,2}$"},message:"must match pattern \""+"^0x[0-9a-fA-F]{1,2}$"+"\""};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
else {
const err29 = {instancePath:instancePath+"/forbid/" + i2+"/platforms",schemaPath:"#/properties/forbid/items/properties/platforms/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data15.revision !== undefined){
let data18 = data15.revision;
if(typeof data18 === "string"){
if(!pattern6.test(data18)){
const err30 = {instancePath:instancePath+"/forbid/" + i2+"/revision",schemaPath:"#/properties/forbid/items/properties/revision/pattern",keyword:"pattern",params:{pattern: "^0x[0-9a-fA-F]{1,8}$"},message:"must match pattern \""+"^0x[0-9a-fA-F]{1,8}$"+"\""};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
else {
const err31 = {instancePath:instancePath+"/forbid/" + i2+"/revision",schemaPath:"#/properties/forbid/items/properties/revision/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data15.reason !== undefined){
let data19 = data15.reason;
if(typeof data19 === "string"){
if(!pattern7.test(data19)){
const err32 = {instancePath:instancePath+"/forbid/" + i2+"/reason",schemaPath:"#/properties/forbid/items/properties/reason/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
else {
const err33 = {instancePath:instancePath+"/forbid/" + i2+"/reason",schemaPath:"#/properties/forbid/items/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
}
else {
const err34 = {instancePath:instancePath+"/forbid/" + i2,schemaPath:"#/properties/forbid/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
else {
const err35 = {instancePath:instancePath+"/forbid",schemaPath:"#/properties/forbid/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data.maximumSize !== undefined){
let data20 = data.maximumSize;
if(!(((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20))) && (isFinite(data20)))){
const err36 = {instancePath:instancePath+"/maximumSize",schemaPath:"#/properties/maximumSize/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 < 1 || isNaN(data20)){
const err37 = {instancePath:instancePath+"/maximumSize",schemaPath:"#/properties/maximumSize/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
if(data.signatures !== undefined){
let data21 = data.signatures;
if(!((data21 === "valid") || (data21 === "intact"))){
const err38 = {instancePath:instancePath+"/signatures",schemaPath:"#/properties/signatures/enum",keyword:"enum",params:{allowedValues: schema31.properties.signatures.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data.licenceFile !== undefined){
if(typeof data.licenceFile !== "boolean"){
const err39 = {instancePath:instancePath+"/licenceFile",schemaPath:"#/properties/licenceFile/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data.baseline !== undefined){
let data23 = data.baseline;
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
if(data23.allow === undefined){
const err40 = {instancePath:instancePath+"/baseline",schemaPath:"#/properties/baseline/required",keyword:"required",params:{missingProperty: "allow"},message:"must have required property '"+"allow"+"'"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
for(const key4 in data23){
if(!(key4 === "allow")){
const err41 = {instancePath:instancePath+"/baseline",schemaPath:"#/properties/baseline/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data23.allow !== undefined){
let data24 = data23.allow;
if(Array.isArray(data24)){
const len3 = data24.length;
for(let i3=0; i3<len3; i3++){
let data25 = data24[i3];
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
if(data25.cpu === undefined){
const err42 = {instancePath:instancePath+"/baseline/allow/" + i3,schemaPath:"#/properties/baseline/properties/allow/items/required",keyword:"required",params:{missingProperty: "cpu"},message:"must have required property '"+"cpu"+"'"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(data25.reason === undefined){
const err43 = {instancePath:instancePath+"/baseline/allow/" + i3,schemaPath:"#/properties/baseline/properties/allow/items/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
for(const key5 in data25){
if(!(((key5 === "cpu") || (key5 === "platforms")) || (key5 === "reason"))){
const err44 = {instancePath:instancePath+"/baseline/allow/" + i3,schemaPath:"#/properties/baseline/properties/allow/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data25.cpu !== undefined){
let data26 = data25.cpu;
if(typeof data26 === "string"){
if(!pattern4.test(data26)){
const err45 = {instancePath:instancePath+"/baseline/allow/" + i3+"/cpu",schemaPath:"#/properties/baseline/properties/allow/items/properties/cpu/pattern",keyword:"pattern",params:{pattern: "^(host|([0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}|(0x)?[0-9a-fA-F]{1,8})(/(0x)?[0-9a-fA-F]{1,2})?)$"},message:"must match pattern \""+"^(host|([0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}|(0x)?[0-9a-fA-F]{1,8})(/(0x)?[0-9a-fA-F]{1,2})?)$"+"\""};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
else {
const err46 = {instancePath:instancePath+"/baseline/allow/" + i3+"/cpu",schemaPath:"#/properties/baseline/properties/allow/items/properties/cpu/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data25.platforms !== undefined){
let data27 = data25.platforms;
if(typeof data27 === "string"){
if(!pattern5.test(data27)){
const err47 = {instancePath:instancePath+"/baseline/allow/" + i3+"/platforms",schemaPath:"#/properties/baseline/properties/allow/items/properties/platforms/pattern",keyword:"pattern",params:{pattern: "^0x[0-9a-fA-F]{1,2}$"},message:"must match pattern \""+"^0x[0-9a-fA-F]{1,2}$"+"\""};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
else {
const err48 = {instancePath:instancePath+"/baseline/allow/" + i3+"/platforms",schemaPath:"#/properties/baseline/properties/allow/items/properties/platforms/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data25.reason !== undefined){
let data28 = data25.reason;
if(typeof data28 === "string"){
if(!pattern7.test(data28)){
const err49 = {instancePath:instancePath+"/baseline/allow/" + i3+"/reason",schemaPath:"#/properties/baseline/properties/allow/items/properties/reason/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
else {
const err50 = {instancePath:instancePath+"/baseline/allow/" + i3+"/reason",schemaPath:"#/properties/baseline/properties/allow/items/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
}
else {
const err51 = {instancePath:instancePath+"/baseline/allow/" + i3,schemaPath:"#/properties/baseline/properties/allow/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
}
else {
const err52 = {instancePath:instancePath+"/baseline/allow",schemaPath:"#/properties/baseline/properties/allow/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
else {
const err53 = {instancePath:instancePath+"/baseline",schemaPath:"#/properties/baseline/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data.suppress !== undefined){
let data29 = data.suppress;
if(Array.isArray(data29)){
const len4 = data29.length;
for(let i4=0; i4<len4; i4++){
let data30 = data29[i4];
if(data30 && typeof data30 == "object" && !Array.isArray(data30)){
if(data30.rule === undefined){
const err54 = {instancePath:instancePath+"/suppress/" + i4,schemaPath:"#/properties/suppress/items/required",keyword:"required",params:{missingProperty: "rule"},message:"must have required property '"+"rule"+"'"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(data30.reason === undefined){
const err55 = {instancePath:instancePath+"/suppress/" + i4,schemaPath:"#/properties/suppress/items/required",keyword:"required",params:{missingProperty: "reason"},message:"must have required property '"+"reason"+"'"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if(data30.until === undefined){
const err56 = {instancePath:instancePath+"/suppress/" + i4,schemaPath:"#/properties/suppress/items/required",keyword:"required",params:{missingProperty: "until"},message:"must have required property '"+"until"+"'"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
for(const key6 in data30){
if(!((((key6 === "rule") || (key6 === "path")) || (key6 === "reason")) || (key6 === "until"))){
const err57 = {instancePath:instancePath+"/suppress/" + i4,schemaPath:"#/properties/suppress/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data30.rule !== undefined){
let data31 = data30.rule;
if(typeof data31 === "string"){
if(!pattern15.test(data31)){
const err58 = {instancePath:instancePath+"/suppress/" + i4+"/rule",schemaPath:"#/properties/suppress/items/properties/rule/pattern",keyword:"pattern",params:{pattern: "^[a-z-]+(/(\\*|[a-z0-9-]+))?$"},message:"must match pattern \""+"^[a-z-]+(/(\\*|[a-z0-9-]+))?$"+"\""};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
else {
const err59 = {instancePath:instancePath+"/suppress/" + i4+"/rule",schemaPath:"#/properties/suppress/items/properties/rule/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data30.path !== undefined){
let data32 = data30.path;
if(typeof data32 === "string"){
if(!pattern16.test(data32)){
const err60 = {instancePath:instancePath+"/suppress/" + i4+"/path",schemaPath:"#/properties/suppress/items/properties/path/pattern",keyword:"pattern",params:{pattern: "."},message:"must match pattern \""+"."+"\""};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
else {
const err61 = {instancePath:instancePath+"/suppress/" + i4+"/path",schemaPath:"#/properties/suppress/items/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data30.reason !== undefined){
let data33 = data30.reason;
if(typeof data33 === "string"){
if(!pattern7.test(data33)){
const err62 = {instancePath:instancePath+"/suppress/" + i4+"/reason",schemaPath:"#/properties/suppress/items/properties/reason/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
else {
const err63 = {instancePath:instancePath+"/suppress/" + i4+"/reason",schemaPath:"#/properties/suppress/items/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data30.until !== undefined){
let data34 = data30.until;
if(typeof data34 === "string"){
if(!pattern18.test(data34)){
const err64 = {instancePath:instancePath+"/suppress/" + i4+"/until",schemaPath:"#/properties/suppress/items/properties/until/pattern",keyword:"pattern",params:{pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},message:"must match pattern \""+"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"+"\""};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
else {
const err65 = {instancePath:instancePath+"/suppress/" + i4+"/until",schemaPath:"#/properties/suppress/items/properties/until/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
}
else {
const err66 = {instancePath:instancePath+"/suppress/" + i4,schemaPath:"#/properties/suppress/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
}
else {
const err67 = {instancePath:instancePath+"/suppress",schemaPath:"#/properties/suppress/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
}
else {
const err68 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
